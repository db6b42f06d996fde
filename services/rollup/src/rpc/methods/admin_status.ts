import { defineMethod } from '../method.ts';
import { chainStatus } from '../status.ts';

/** tephra_status and what the operator alone should see. */
export const adminStatus = defineMethod({
  name: 'admin_status',
  access: 'admin',
  params: [],
  handle: (context) => ({
    ...chainStatus(context),
    process: {
      pid: process.pid,
      uptimeSeconds: Math.floor(process.uptime()),
      rssBytes: process.memoryUsage.rss(),
      node: process.version,
    },
    filters: context.filters.size,
  }),
});
