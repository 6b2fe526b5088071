import 'i18next';
import type access from './en/access';
import type applications from './en/applications';
import type apply from './en/apply';
import type audit from './en/audit';
import type cases from './en/cases';
import type changes from './en/changes';
import type claims from './en/claims';
import type clientGroups from './en/client-groups';
import type clients from './en/clients';
import type common from './en/common';
import type companies from './en/companies';
import type company from './en/company';
import type demo from './en/demo';
import type firstSignIn from './en/first-sign-in';
import type grants from './en/grants';
import type home from './en/home';
import type me from './en/me';
import type objection from './en/objection';
import type passwordReset from './en/password-reset';
import type people from './en/people';
import type records from './en/records';
import type register from './en/register';
import type reviews from './en/reviews';
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
      objection: typeof objection;
      claims: typeof claims;
      cases: typeof cases;
      changes: typeof changes;
      apply: typeof apply;
      applications: typeof applications;
      'client-groups': typeof clientGroups;
      clients: typeof clients;
      common: typeof common;
      company: typeof company;
      demo: typeof demo;
      'first-sign-in': typeof firstSignIn;
      grants: typeof grants;
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
      records: typeof records;
      register: typeof register;
      reviews: typeof reviews;
      companies: typeof companies;
    };
  }
}
