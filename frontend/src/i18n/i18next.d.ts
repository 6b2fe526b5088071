import 'i18next';
import type access from './en/access';
import type audit from './en/audit';
import type common from './en/common';
import type companies from './en/companies';
import type company from './en/company';
import type demo from './en/demo';
import type firstSignIn from './en/first-sign-in';
import type home from './en/home';
import type me from './en/me';
import type passwordReset from './en/password-reset';
import type people from './en/people';
import type register from './en/register';
import type setup from './en/setup';
import type shell from './en/shell';
import type signIn from './en/sign-in';
import type staff from './en/staff';
import type support from './en/support';
import type termsAdmin from './en/terms-admin';
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
      'terms-admin': typeof termsAdmin;
      support: typeof support;
      staff: typeof staff;
      setup: typeof setup;
      register: typeof register;
      companies: typeof companies;
    };
  }
}
