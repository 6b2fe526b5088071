export default {
  change: {
    title: 'Create a new password',
    why: 'You signed in with a temporary or expired password. Choose a new one; nothing else works before that.',
    current: 'Temporary or present password',
    currentMissing: 'Enter the password you just signed in with',
    submit: 'Save the new password',
    others: 'All your other sessions end when you save it.',
  },
  questions: {
    title: 'Choose your challenge questions',
    lead: 'Five questions that only you can answer. If you forget your password, three of them are asked before a link goes to your e-mail.',
    caution:
      'Capital and small letters count. Pick answers that nobody finds on your social pages; they need not be true, only remembered.',
    question: 'Question {{n}}',
    answer: 'Answer {{n}}',
    questionMissing: 'Choose a question',
    questionTwice: 'Choose a different question; this one is taken above',
    answerMissing: 'Write an answer',
    submit: 'Save the questions',
  },
  terms: {
    title: 'Terms and Conditions',
    lead: 'Version {{version}}, published {{date}}. The portal can be used once you have accepted them.',
    changed: 'What changed',
    changedSince: 'What changed since the version you accepted',
    changedIn: 'Version {{version}}, {{date}}: {{text}}',
    plainTitle: 'In plain words',
    plainOwn:
      'Your User ID is yours alone. If two people use one, its owner answers for what the other does, and each lock hits both.',
    plainOwner:
      'An Account Owner answers for who belongs to the account, what each person may see, and what other companies see.',
    plainBetter:
      'When a second person has to work, the Account Owner or a Proxy Account Owner invites them: it takes a minute and costs nothing. After accepting, the way is under People, Invite a person.',
    body: 'Text of the terms',
    hash: 'Fingerprint of the text (SHA-256)',
    accept: 'I have read the Terms and Conditions and accept them',
    acceptMissing: 'Tick the box to accept, or sign out if you do not',
    submit: 'Accept and continue',
    stale: 'A newer version was published meanwhile. Read it below.',
  },
};
