import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@fontsource-variable/inter/standard.css';
import '@fontsource/jetbrains-mono/latin-400.css';
import '@fontsource/jetbrains-mono/latin-500.css';
import './theme/tokens.css';
import './theme/base.css';

import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { WagmiProvider } from 'wagmi';
import { PlatformNames } from './components/PlatformNames.tsx';
import { shouldRetry } from './lib/queries.ts';
import { router } from './router.tsx';
import { resolver, theme } from './theme/theme.ts';
import { wagmiConfig } from './wallet/config.ts';
import { SignProvider } from './wallet/sign.tsx';
import { WalletProvider } from './wallet/wallet.tsx';

const queryClient = new QueryClient({
  defaultOptions: { queries: { retry: shouldRetry, retryDelay: 800, refetchOnWindowFocus: true } },
});
const schemeManager = localStorageColorSchemeManager({ key: 'tephra.scheme' });

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={resolver}
      colorSchemeManager={schemeManager}
      defaultColorScheme="auto"
    >
      <WagmiProvider config={wagmiConfig}>
        <QueryClientProvider client={queryClient}>
          <WalletProvider>
            <PlatformNames>
              <SignProvider>
                <RouterProvider router={router} />
              </SignProvider>
            </PlatformNames>
          </WalletProvider>
          <Notifications position="bottom-right" limit={3} />
        </QueryClientProvider>
      </WagmiProvider>
    </MantineProvider>
  </StrictMode>,
);
