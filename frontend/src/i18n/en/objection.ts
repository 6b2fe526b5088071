export default {
  title: 'Object to a change of owner',
  noToken: 'Open this page with the link that was mailed to you. It works without signing in.',
  notValidTitle: 'This link is not valid',
  notValid: 'It may be mistyped, or from another request. A newer mail holds a newer link.',
  asked:
    '{{name}} asks that {{successor}} becomes the Account Owner of {{account}} ({{number}}) of {{company}}, because the present owner does not answer.',
  reason: 'Reason given: {{reason}}',
  since: 'Asked {{time}}.',
  until:
    'If nobody objects by {{until}}, a registrar may complete it. The time is counted in working days: Monday to Friday without federal holidays.',
  toldAs: {
    owner: 'You are told as the present Account Owner.',
    officer: 'You are told as an officer of the company on file.',
    register_contact: 'You are told as the contact that the identifier register names for the company.',
  },
  field: 'Why you object',
  fieldHint: 'The account’s proxies and the registrar read it.',
  submit: 'Object',
  effect: 'An objection stops the change at once. The account keeps its owner.',
  objectedTitle: 'The change of owner is stopped',
  objected: 'Your objection is recorded. Everybody who was told hears of it.',
  over: {
    objected: 'Somebody has objected already. The account keeps its owner.',
    completed: 'The change of owner is completed. If it was wrong, call support.',
    other: 'This request is over. Nothing is left to object to.',
  },
};
