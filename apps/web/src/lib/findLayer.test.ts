import type { Flashlayer, LayerStatus } from '@tephra/api';
import { expect, test } from 'vitest';
import { findByName, findByRpcUrl } from './findLayer.ts';

function layer(id: string, name: string, status: LayerStatus): Flashlayer {
  return {
    id,
    name,
    status,
    settings: {
      blockTime: 1,
      gasless: true,
      fcfs: true,
      genesisAccounts: [],
      tokenDecimals: '18',
      tokenSymbol: 'ETH',
      blockGasLimit: '70000000',
    },
    resources: { rpc: `http://localhost:8080/rpc/${name}`, explorer: '', faucet: '', chainId: id, rpcWs: '' },
    createdAt: '2026-01-01T00:00:00.000Z',
    tier: 'FLASHLAYER_TIER_FREE_TRIAL',
  };
}

test('finds by path whatever the host, the living one first', () => {
  const layers = [
    layer('3', 'mint', 'STATUS_TERMINATED'),
    layer('2', 'mint', 'STATUS_ACTIVE'),
    layer('1', 'game', 'STATUS_ACTIVE'),
  ];
  expect(findByRpcUrl(layers, 'http://127.0.0.1:8080/rpc/mint')?.id).toBe('2');
  expect(findByRpcUrl(layers, 'http://localhost:8080/rpc/game/')?.id).toBe('1');
  expect(findByRpcUrl(layers, 'http://localhost:8080/rpc/none')).toBeUndefined();
});

test('finds by name, the living one first, then the newest', () => {
  const layers = [
    layer('4', 'mint', 'STATUS_FAILED'),
    layer('3', 'old', 'STATUS_TERMINATED'),
    layer('2', 'Mint', 'STATUS_ACTIVE'),
    layer('1', 'old', 'STATUS_TERMINATED'),
  ];
  expect(findByName(layers, 'mint')?.id).toBe('2');
  expect(findByName(layers, ' OLD ')?.id).toBe('3');
  expect(findByName(layers, 'min')).toBeUndefined();
});
