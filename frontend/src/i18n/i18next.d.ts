import 'i18next';
import type access from './en/access';
import type audit from './en/audit';
import type common from './en/common';
import type company from './en/company';
import type demo from './en/demo';
import type firstSignIn from './en/first-sign-in';
import type home from './en/home';
import type me from './en/me';
import type passwordReset from './en/password-reset';
import type people from './en/people';
import type shell from './en/shell';
import type signIn from './en/sign-in';
import type welcome from './en/welcome';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common';
    resources: {
      access: typeof access;
      audit: typeof audit;
      common: typeof common;
      company: typeof company;
      demo: typeof demo;
      'first-sign-in': typeof firstSignIn;
      home: typeof home;
      me: typeof me;
      'password-reset': typeof passwordReset;
      people: typeof people;
      shell: typeof shell;
      'sign-in': typeof signIn;
      welcome: typeof welcome;
    };
  }
}
