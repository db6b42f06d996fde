import { defineMethod } from '../method.ts';
import { chainStatus } from '../status.ts';

export const adminStatus = defineMethod({
  name: 'admin_status',
  doc: { text: 'As tephra_status, with what the operator alone should see of the process.', result: 'object' },
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
