import { useQueryClient } from '@tanstack/react-query';
import {
  getWebhookDeliveryQueryKey,
  getWebhookQueryKey,
  listAccountAuditEventsQueryKey,
  listWebhookDeliveriesQueryKey,
  listWebhooksQueryKey,
} from '../../api/gen/@tanstack/react-query.gen';

/** After a change to a webhook, or when something was sent: everything that shows it is asked again. */
export function useRefreshWebhooks(accountId: string) {
  const queries = useQueryClient();
  return async (webhookId?: string, deliveryId?: string) => {
    const path = { id: accountId };
    const one = webhookId ? { ...path, webhook_id: webhookId } : null;
    const keys: readonly (readonly unknown[])[] = [
      listWebhooksQueryKey({ path }),
      listAccountAuditEventsQueryKey({ path }),
      ...(one ? [getWebhookQueryKey({ path: one }), listWebhookDeliveriesQueryKey({ path: one })] : []),
      ...(one && deliveryId
        ? [getWebhookDeliveryQueryKey({ path: { ...one, delivery_id: deliveryId } })]
        : []),
    ];
    await Promise.all(keys.map((queryKey) => queries.invalidateQueries({ queryKey })));
  };
}
