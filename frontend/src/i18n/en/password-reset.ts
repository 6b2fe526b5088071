export default {
  title: 'Forgot your password, or locked out?',
  startLead:
    'Enter your User ID. You then answer three of your challenge questions, and a link goes to your e-mail address on file.',
  userIdMissing: 'Enter your User ID',
  step: 'Step {{n}} of 3',
  lockedHelp: 'Who else can unlock me?',
  questionsTitle: 'Answer your challenge questions',
  questionsLead: 'Answer as you wrote it when you chose the questions. Capital and small letters count.',
  answerMissing: 'Answer this question',
  send: 'Send the link',
  sentTitle: 'Check your e-mail',
  sentText:
    'If the User ID exists and the answers are right, a link is on its way to the e-mail address on file. It works once, for {{count}} minutes.',
  sentTab: 'You may close this tab. The link shows you a temporary password.',
  sentNothing:
    'Nothing came? Look in the folder for unwanted mail, then start again. Answers count capital and small letters.',
  again: 'Start again',
  restart: 'The answers were not kept, because the page was loaded again. Start with your User ID.',
  redeemTitle: 'Your temporary password',
  redeemLead: 'It is shown once. Copy it, sign in with it within 15 minutes, and choose a new password.',
  redeem: 'Show my temporary password',
  noToken: 'This page opens from the link in the mail. Open that link again, or ask for a new one.',
  newLink: 'Ask for a new link',
  temporary: 'Temporary password',
  until: 'Valid until {{time}}.',
  signInWithIt: 'Sign in with it',
  backToSignIn: 'Back to sign-in',
};
