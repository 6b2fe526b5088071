export default {
  title: 'Set up the first administrator',
  lead: 'This portal is new. The first administrator invites everybody else.',
  text: 'The one-time link was printed when the server started for the first time. It works once and only as long as there is no administrator.',
  token: 'One-time token',
  tokenHint: 'The part of the printed link after “token=”.',
  tokenMissing: 'Enter the one-time token',
  givenMissing: 'Enter your given name',
  familyMissing: 'Enter your family name',
  userIdMissing: 'Enter 6 to 32 characters',
  submit: 'Create the administrator',
  doneTitle: 'This portal is set up',
  done: 'It has an administrator already. Sign in, or ask an administrator to invite you.',
  toSignIn: 'To the sign-in page',
  notValid:
    'The one-time token is not valid: it was used already, or mistyped. Start the server again or use “quaymaster admin create” on the server to get in.',
};
