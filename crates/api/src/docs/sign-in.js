// Signing in on this page: with the session of this browser, with a User ID and a password, and in the demo as one of its
// people with one click. The page is one more tab of the portal: it shares the session with the others, hears of sign-ins and
// sign-outs there, and exchanges the refresh cookie in turn with them. The access token stays in memory.
window.portalSignIn = (system) => {
  const SCHEME = 'session';
  const HINT = 'qm.signed-in';
  // Renewed this long before its end, so that no request leaves with a token that lapses on the way.
  const MARGIN_MS = 20_000;

  const React = system.React;
  const h = React.createElement;
  const channel = 'BroadcastChannel' in window ? new BroadcastChannel('qm.session') : null;
  const listeners = new Set();
  let state = { status: 'signed-out', problem: null, people: [], demo: false };
  let token = null;
  let expiresAt = 0;

  const become = (change) => {
    state = { ...state, ...change };
    for (const listener of listeners) listener();
  };
  const subscribe = (listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };

  const call = async (method, path, body) => {
    const headers = {};
    if (body) headers['Content-Type'] = 'application/json';
    if (method === 'DELETE') headers.Authorization = `Bearer ${token}`;
    const answer = await fetch(`/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
    const content = await answer.json().catch(() => null);
    if (!answer.ok) throw new Error(content?.detail ?? `The portal answered ${answer.status}.`);
    return content;
  };
  const exclusive = (work) =>
    'locks' in navigator ? navigator.locks.request('qm.session-refresh', work) : work();
  const remember = (on) => {
    try {
      if (on) localStorage.setItem(HINT, '1');
      else localStorage.removeItem(HINT);
    } catch {
      // Without storage other tabs ask the server once more; nothing else changes.
    }
  };
  const remembered = () => {
    try {
      return localStorage.getItem(HINT) === '1';
    } catch {
      return false;
    }
  };

  const accept = (answer) => {
    token = answer.access_token;
    expiresAt = Date.now() + answer.expires_in * 1000;
    remember(true);
    const { given_name, family_name, user_id } = answer.user;
    become({
      status: 'signed-in',
      problem: null,
      who: `${given_name} ${family_name} (${user_id})`,
      nextStep: answer.next_step ?? null,
    });
    system.getSystem().authActions.authorize({
      [SCHEME]: { name: SCHEME, schema: { type: 'http', scheme: 'bearer' }, value: token },
    });
  };
  const forget = () => {
    if (token === null) return;
    token = null;
    become({ status: 'signed-out' });
    system.getSystem().authActions.logout([SCHEME]);
  };
  const renew = async () => accept(await exclusive(() => call('POST', '/sessions/refresh')));

  const signIn = async (user_id, password) => {
    become({ status: 'busy', problem: null });
    try {
      accept(await call('POST', '/sessions', { user_id, password }));
      channel?.postMessage({ type: 'signed-in' });
    } catch (error) {
      become({ status: 'signed-out', problem: error.message });
    }
  };
  const signOut = async () => {
    // A token that lapsed ends nothing; a fresh one does.
    await fresh();
    if (token) await call('DELETE', '/sessions/current').catch(() => null);
    forget();
    remember(false);
    channel?.postMessage({ type: 'signed-out', reason: 'signed_out' });
  };

  /** Renews the token when it is about to end; without a session there is none any more. */
  const fresh = async () => {
    if (token === null || Date.now() < expiresAt - MARGIN_MS) return;
    await renew().catch(forget);
  };

  /** Puts a token that is still good into a request that carries the one of this page. */
  const keepFresh = async (request) => {
    const sent = request.headers?.Authorization;
    if (token === null || sent !== `Bearer ${token}`) return request;
    await fresh();
    if (token !== null) request.headers.Authorization = `Bearer ${token}`;
    return request;
  };

  const start = async () => {
    if (channel) {
      channel.onmessage = ({ data }) => {
        if (data.type === 'signed-out') forget();
        else if (data.type === 'signed-in') renew().catch(forget);
      };
    }
    const { demo } = await call('GET', '/setup');
    if (demo) {
      const { items } = await call('GET', '/demo/people');
      // One of each role is enough to choose from.
      const people = items.filter((one, at) => items.findIndex((other) => other.role === one.role) === at);
      become({ demo, people });
    }
    if (remembered()) await renew();
  };

  const Field = ({ name, label, type, autoComplete }) =>
    h(
      'p',
      { className: 'portal-field' },
      h('label', { htmlFor: `portal-${name}` }, label),
      h('input', { id: `portal-${name}`, name, type, autoComplete, required: true }),
    );

  const Form = ({ busy }) =>
    h(
      'form',
      {
        className: 'portal-form',
        onSubmit: (event) => {
          event.preventDefault();
          const given = new FormData(event.target);
          void signIn(given.get('user_id').trim(), given.get('password'));
        },
      },
      h(Field, { name: 'user_id', label: 'User ID', type: 'text', autoComplete: 'username' }),
      h(Field, { name: 'password', label: 'Password', type: 'password', autoComplete: 'current-password' }),
      h('button', { className: 'btn portal-button', type: 'submit', disabled: busy }, 'Sign in'),
    );

  const People = ({ people, busy }) =>
    h(
      'ul',
      { className: 'portal-people' },
      people.map((one) =>
        h(
          'li',
          { key: one.user_id },
          h(
            'button',
            {
              className: 'btn portal-button',
              type: 'button',
              disabled: busy,
              onClick: () => void signIn(one.user_id, one.password),
            },
            `${one.name}, ${one.role.replaceAll('_', ' ')}`,
          ),
        ),
      ),
    );

  const SignedIn = ({ who, nextStep }) => [
    h('p', { key: 'who', role: 'status' }, 'Signed in as ', h('strong', null, who), '.'),
    nextStep &&
      h(
        'p',
        { key: 'step' },
        'Something comes first before anything else works: ',
        h('a', { href: '/' }, 'do it in the portal'),
        '.',
      ),
    h(
      'button',
      { key: 'out', className: 'btn portal-button', type: 'button', onClick: () => void signOut() },
      'Sign out',
    ),
  ];

  const SignedOut = ({ status, problem, people, demo }) => {
    const busy = status === 'busy';
    return [
      problem && h('p', { key: 'problem', role: 'alert', className: 'portal-problem' }, problem),
      demo && h('p', { key: 'demo' }, 'This is the demo: nothing that you do here touches a real company. Sign in as'),
      demo && h(People, { key: 'people', people, busy }),
      demo
        ? h(
            'details',
            { key: 'own' },
            h('summary', null, 'With a User ID and a password'),
            h(Form, { busy }),
          )
        : h(Form, { key: 'form', busy }),
      h(
        'p',
        { key: 'program' },
        'For a program choose Authorize and give client_id and client_secret of its ',
        h('a', { href: '/company/api-clients' }, 'API client'),
        '.',
      ),
    ];
  };

  const Panel = () => {
    const now = React.useSyncExternalStore(subscribe, () => state);
    return h(
      'section',
      { className: 'portal-sign-in', 'aria-labelledby': 'portal-sign-in' },
      h('h2', { id: 'portal-sign-in' }, 'Sign in to try it out'),
      h(now.status === 'signed-in' ? SignedIn : SignedOut, now),
    );
  };

  const plugin = () => ({
    wrapComponents: {
      AuthorizeBtnContainer: (Original) => (props) =>
        h(React.Fragment, null, h(Panel), h(Original, props)),
    },
    statePlugins: {
      auth: {
        // "Logout" in the dialog ends what this page has begun.
        wrapActions: {
          logout: (original) => (names) => {
            if (names.includes(SCHEME)) forget();
            return original(names);
          },
        },
      },
    },
  });

  // Nobody is signed in, or the portal cannot be reached: the panel offers to sign in, and says so at the first try.
  start().catch(() => null);
  return { plugin, keepFresh };
};
