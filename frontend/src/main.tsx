import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './styles/font.css';
import './styles/uswds.scss';
import './styles/app.css';
import './styles/dark.css';
import './i18n';
import { App } from './app/App';
import { followSystemTheme } from './app/theme';
import { session } from './session';
import { takeLinkToken } from './session/link-token';

takeLinkToken();
followSystemTheme();
void session.start();

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
