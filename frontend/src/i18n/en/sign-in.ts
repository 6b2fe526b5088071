export default {
  title: 'Sign in',
  submit: 'Sign in',
  userIdMissing: 'Enter your User ID',
  passwordMissing: 'Enter your password',
  help: 'Forgot your password, or locked out?',
  newHere: 'New here? Your company’s Account Owner can invite you by e-mail.',
  noAccount: 'No account yet for your company?',
  apply: 'Apply for one',
  failedTitle: 'You are not signed in',
  failedHelp: 'Not sure of the password? Reset it now: some wrong tries in a row lock the User ID.',
  failedLocked: 'What to do when locked out',
  reason: {
    signed_out: 'You are signed out.',
    timed_out:
      'You were signed out because nothing happened for 15 minutes. Sign in to go on where you were.',
    ended: 'Your session has ended. Sign in to go on where you were.',
    password_changed: 'Your password is changed. Sign in with the new one.',
    welcome: 'Your User ID is ready. Sign in with it and the password you just set.',
    administrator: 'The first administrator is created. Sign in to go on.',
  },
  resetIt: 'Reset your password',
  lockedTitle: 'Locked out for now?',
  lockedLead:
    'A User ID is locked after several wrong passwords in a row, after 45 days without a sign-in, or when somebody in charge suspended it. For your safety this page cannot say whether yours is.',
  lockedSelfTitle: 'What you can do yourself',
  lockedSelf:
    'Reset your password. If too many wrong passwords were the cause, the reset also unlocks your User ID, within minutes.',
  lockedOwnerTitle: 'Who can unlock you fastest',
  lockedOwner:
    'The Account Owner of your company, or a Proxy Account Owner, unlocks you with one click: People, your name, Reactivate. This is the only way within the company after 45 days without a sign-in or after a suspension.',
  lockedMail:
    'When a User ID is locked, a mail goes to the address on file. It names the cause and who can lift it.',
  lockedStaffTitle: 'If nobody in your company can help',
  lockedStaff:
    'Support unlocks only after it has verified that you are the person on file for the User ID, so it takes longer. Have access to your e-mail on file when you call.',
  backToSignIn: 'Back to sign-in',
};
