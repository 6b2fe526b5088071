import type { Webhook, WebhookDelivery } from '../../api/gen';
import type { IconName } from '../../ui/Icon';
import { StateTag, type Tone } from '../../ui/StateTag';
import { useText } from './text';

const WEBHOOK: Record<Webhook['state'], { tone: Tone; icon: IconName }> = {
  active: { tone: 'good', icon: 'check' },
  paused: { tone: 'warn', icon: 'alert' },
  ended: { tone: 'quiet', icon: 'stop' },
};

const DELIVERY: Record<WebhookDelivery['state'], { tone: Tone; icon: IconName }> = {
  waiting: { tone: 'info', icon: 'pending' },
  delivered: { tone: 'good', icon: 'check' },
  failed: { tone: 'bad', icon: 'alert' },
  called_off: { tone: 'quiet', icon: 'stop' },
};

export function WebhookTag({ state }: { state: Webhook['state'] }) {
  const t = useText();
  return <StateTag {...WEBHOOK[state]}>{t(`state.${state}`)}</StateTag>;
}

export function DeliveryTag({ state }: { state: WebhookDelivery['state'] }) {
  const t = useText();
  return <StateTag {...DELIVERY[state]}>{t(`deliveryState.${state}`)}</StateTag>;
}
