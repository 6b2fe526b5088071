export default {
  title: 'Welcome to Quaymaster',
  titleFor: 'Welcome, {{name}}',
  noToken:
    'This page opens from the link in your invitation. Open that link again, or ask the person who invited you to send a new one.',
  notValidTitle: 'This invitation cannot be used',
  notValid:
    'It was used already, withdrawn, or is older than 21 days. Ask the Account Owner of your company to send it again.',
  invited: '{{by}} invites you to the account {{account}} ({{company}}).',
  invitedStaff: '{{by}} invites you to the staff of this portal.',
  asRole: 'You will be {{role}}.',
  email: 'The invitation went to {{email}} and is good until {{until}}.',
  existing:
    'You have a User ID here already. Sign in with it: the account then appears in your account switcher.',
  chooseTitle: 'Choose your User ID and password',
  userIdMissing: 'Choose a User ID of 6 to 32 characters',
  userIdOwn: 'Your User ID is yours alone; sharing it is against the terms.',
  submit: 'Create my User ID',
  next: 'After that you sign in, choose challenge questions, and accept the terms.',
  toSignIn: 'Sign in',
};
