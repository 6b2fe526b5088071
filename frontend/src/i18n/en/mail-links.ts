export default {
  noToken: 'Open this page with the link that was mailed to you. It works without signing in.',
  notMe: {
    title: 'This was not me',
    lead: 'Somebody else did something with your User ID? Stop it here, without signing in.',
    what: 'What happens when you go on',
    sessions: 'Every session of your User ID ends at once, everywhere.',
    password: 'Your password stops working. You then make a new one.',
    told: 'The Account Owner of your company is told, and the history of the company shows it.',
    submit: 'It was not me: end everything',
    doneTitle: 'Your User ID is safe for now',
    done_zero: 'No session was open. The password does not work any more.',
    done_one: '{{count}} session was ended. The password does not work any more.',
    done_other: '{{count}} sessions were ended. The password does not work any more.',
    next: 'Now answer your challenge questions. A link to a temporary password then goes to your e-mail address.',
    goOn: 'Answer the questions',
    noQuestions:
      'You have no challenge questions, so you cannot make a new password by yourself. Ask your Account Owner or a Proxy Account Owner for a temporary password.',
    locked: 'Reach your Account Owner',
    guide: 'How passwords are reset',
  },
  unsubscribe: {
    title: 'End notices by mail',
    lead: 'Stop the mails with the newest notices, without signing in. The notices themselves stay in the portal.',
    submit: 'End these mails',
    doneTitle: 'No more notices by mail',
    done: 'Mails about locks, passwords and access still arrive, because they protect your User ID.',
  },
};
