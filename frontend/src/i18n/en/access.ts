export default {
  title: 'Accessibility statement',
  goal: 'Quaymaster is built to meet the Web Content Accessibility Guidelines 2.2 at level AA, which include what Section 508 asks for.',
  doTitle: 'What that means here',
  keyboard: 'Every page works with the keyboard alone; the focus is always visible.',
  themes:
    'There is a light and a dark theme; text grows to 200 % and pages fit a width of 320 pixels without loss.',
  colour: 'No state is shown by colour alone, and no message disappears by itself.',
  motion: 'Nothing moves by itself, and your system’s wish for less motion is respected.',
  checkTitle: 'How it is checked',
  check:
    'Every page is checked automatically with axe in both themes before a release. Automatic checks do not find everything, and a review with screen readers is still to come.',
  reportTitle: 'Tell us',
  report:
    'If something keeps you from your work, tell the Account Owner of your company or the operator of this portal, with the address of the page and what you use.',
};
