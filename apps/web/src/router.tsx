import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  stripSearchParams,
} from '@tanstack/react-router';
import { z } from 'zod';
import { ASSET_KINDS } from './bridge/kinds.ts';
import { NotFoundPage } from './pages/NotFoundPage.tsx';
import { PageError } from './pages/PageError.tsx';
import { PagePending } from './pages/PagePending.tsx';
import { AppShell } from './shell/AppShell.tsx';

const root = createRootRoute({ component: AppShell, notFoundComponent: NotFoundPage, errorComponent: PageError });

const overview = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/OverviewPage.tsx'), 'OverviewPage'),
});

const launchSearch = z.object({
  step: z.enum(['template', 'settings', 'review']).default('template').catch('template'),
});
const launch = createRoute({
  getParentRoute: () => root,
  path: '/launch',
  validateSearch: launchSearch,
  search: { middlewares: [stripSearchParams({ step: 'template' as const })] },
  component: lazyRouteComponent(() => import('./pages/LaunchPage.tsx'), 'LaunchPage'),
});

const layersSearch = z.object({
  status: z.enum(['all', 'living', 'ended', 'failed']).default('all').catch('all'),
  q: z.string().default('').catch(''),
});
const layers = createRoute({
  getParentRoute: () => root,
  path: '/layers',
  validateSearch: layersSearch,
  search: { middlewares: [stripSearchParams({ status: 'all' as const, q: '' })] },
  component: lazyRouteComponent(() => import('./pages/LayersPage.tsx'), 'LayersPage'),
});

const layer = createRoute({
  getParentRoute: () => root,
  path: '/layers/$id',
  component: lazyRouteComponent(() => import('./pages/LayerLayout.tsx'), 'LayerLayout'),
});
const layerHome = createRoute({
  getParentRoute: () => layer,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/LayerPage.tsx'), 'LayerPage'),
});
const blocksSearch = z.object({
  before: z.coerce.number().int().nonnegative().optional().catch(undefined),
  hide: z.enum(['empty']).optional().catch(undefined),
});
const blocks = createRoute({
  getParentRoute: () => layer,
  path: '/blocks',
  validateSearch: blocksSearch,
  component: lazyRouteComponent(() => import('./pages/BlocksPage.tsx'), 'BlocksPage'),
});
const block = createRoute({
  getParentRoute: () => layer,
  path: '/block/$n',
  component: lazyRouteComponent(() => import('./pages/BlockPage.tsx'), 'BlockPage'),
});
const pageSearch = z.object({ cursor: z.coerce.string().optional().catch(undefined) });
const packs = createRoute({
  getParentRoute: () => layer,
  path: '/packs',
  validateSearch: pageSearch,
  component: lazyRouteComponent(() => import('./pages/PacksPage.tsx'), 'PacksPage'),
});
const pack = createRoute({
  getParentRoute: () => layer,
  path: '/packs/$index',
  component: lazyRouteComponent(() => import('./pages/PackPage.tsx'), 'PackPage'),
});
const disputes = createRoute({
  getParentRoute: () => layer,
  path: '/disputes',
  validateSearch: pageSearch,
  component: lazyRouteComponent(() => import('./pages/DisputesPage.tsx'), 'DisputesPage'),
});
const disputeSearch = z.object({
  game: z.coerce.string().optional().catch(undefined),
  /** The move that is shown, from 1; the newest when there is none. */
  move: z.coerce.number().int().positive().optional().catch(undefined),
});
const dispute = createRoute({
  getParentRoute: () => layer,
  path: '/disputes/$challengeId',
  validateSearch: disputeSearch,
  component: lazyRouteComponent(() => import('./pages/DisputePage.tsx'), 'DisputePage'),
});
const txSearch = z.object({
  tab: z.enum(['overview', 'calls', 'state', 'logs', 'raw']).default('overview').catch('overview'),
});
const tx = createRoute({
  getParentRoute: () => layer,
  path: '/tx/$hash',
  validateSearch: txSearch,
  search: { middlewares: [stripSearchParams({ tab: 'overview' as const })] },
  component: lazyRouteComponent(() => import('./pages/TransactionPage.tsx'), 'TransactionPage'),
});
const addressSearch = z.object({
  tab: z
    .enum(['activity', 'holdings', 'transfers', 'holders', 'items', 'contract'])
    .default('activity')
    .catch('activity'),
});
const address = createRoute({
  getParentRoute: () => layer,
  path: '/address/$address',
  validateSearch: addressSearch,
  search: { middlewares: [stripSearchParams({ tab: 'activity' as const })] },
  component: lazyRouteComponent(() => import('./pages/AddressPage.tsx'), 'AddressPage'),
});
const bridgeSearch = z.object({
  direction: z.enum(['deposit', 'withdraw']).default('deposit').catch('deposit'),
  asset: z.enum(ASSET_KINDS).default('native').catch('native'),
});
const bridge = createRoute({
  getParentRoute: () => layer,
  path: '/bridge',
  validateSearch: bridgeSearch,
  search: { middlewares: [stripSearchParams({ direction: 'deposit' as const, asset: 'native' as const })] },
  component: lazyRouteComponent(() => import('./pages/BridgePage.tsx'), 'BridgePage'),
});
const settlementSearch = z.object({
  owner: z.string().default('').catch(''),
  asset: z.string().default('').catch(''),
  show: z.enum(['all', 'paid', 'claimable', 'pending']).default('all').catch('all'),
});
const settlement = createRoute({
  getParentRoute: () => layer,
  path: '/settlement',
  validateSearch: settlementSearch,
  search: { middlewares: [stripSearchParams({ owner: '', asset: '', show: 'all' as const })] },
  component: lazyRouteComponent(() => import('./pages/SettlementPage.tsx'), 'SettlementPage'),
});

const restakeSearch = z.object({
  action: z.enum(['deposit', 'withdraw']).default('deposit').catch('deposit'),
  /** Symbol of a strategy's token. */
  asset: z.string().default('').catch(''),
});
const restake = createRoute({
  getParentRoute: () => root,
  path: '/restake',
  validateSearch: restakeSearch,
  search: { middlewares: [stripSearchParams({ action: 'deposit' as const, asset: '' })] },
  component: lazyRouteComponent(() => import('./pages/RestakePage.tsx'), 'RestakePage'),
});
const operators = createRoute({
  getParentRoute: () => root,
  path: '/operators',
  component: lazyRouteComponent(() => import('./pages/OperatorsPage.tsx'), 'OperatorsPage'),
});
const operator = createRoute({
  getParentRoute: () => root,
  path: '/operators/$address',
  component: lazyRouteComponent(() => import('./pages/OperatorPage.tsx'), 'OperatorPage'),
});
const avsSearch = z.object({ task: z.coerce.string().optional().catch(undefined) });
const avs = createRoute({
  getParentRoute: () => root,
  path: '/avs/$name',
  validateSearch: avsSearch,
  component: lazyRouteComponent(() => import('./pages/AvsPage.tsx'), 'AvsPage'),
});

const faucetSearch = z.object({ chainId: z.coerce.string().optional().catch(undefined) });
const faucet = createRoute({
  getParentRoute: () => root,
  path: '/faucet',
  validateSearch: faucetSearch,
  component: lazyRouteComponent(() => import('./pages/FaucetPage.tsx'), 'FaucetPage'),
});
const explorerSearch = z.object({ rpcUrl: z.string().optional().catch(undefined) });
const explorer = createRoute({
  getParentRoute: () => root,
  path: '/explorer',
  validateSearch: explorerSearch,
  component: lazyRouteComponent(() => import('./pages/ExplorerPage.tsx'), 'ExplorerPage'),
});

const l1Transaction = createRoute({
  getParentRoute: () => root,
  path: '/l1/tx/$hash',
  component: lazyRouteComponent(() => import('./pages/L1TransactionPage.tsx'), 'L1TransactionPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    overview,
    launch,
    layers,
    layer.addChildren([layerHome, blocks, block, packs, pack, disputes, dispute, tx, address, bridge, settlement]),
    restake,
    operators,
    operator,
    avs,
    faucet,
    explorer,
    l1Transaction,
  ]),
  defaultPendingComponent: PagePending,
  defaultPendingMs: 150,
  defaultPreload: 'intent',
  scrollRestoration: true,
  defaultErrorComponent: PageError,
  defaultNotFoundComponent: NotFoundPage,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
