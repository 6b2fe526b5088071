export default {
  title: 'Demo mailbox',
  lead: 'Every mail that the portal sends in the demonstration lands here instead of at its address.',
  filters: 'Filter mails',
  address: 'Address contains',
  empty: 'No mail yet',
  emptyText:
    'Mails appear here as soon as something sends one: an invitation, a reset of a password, a lock.',
  emptyFiltered: 'No mail matches',
  refresh: 'Look for new mails',
  to: 'To {{address}}, {{time}}',
  links: 'Links in this mail',
};
