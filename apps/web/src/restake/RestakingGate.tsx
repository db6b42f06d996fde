import { useQuery } from '@tanstack/react-query';
import type { OperatorAnswer, RestakingDeploymentAnswer, RestakingInfo } from '@tephra/api';
import { type ReactNode, useMemo } from 'react';
import type { Chain, PublicClient } from 'viem';
import { l1ChainOf, publicClientOf } from '../chain/layerChain.ts';
import { EmptyState } from '../components/EmptyState.tsx';
import { ErrorState } from '../components/ErrorState.tsx';
import { Notice } from '../components/Notice.tsx';
import { NamesProvider } from '../components/names.tsx';
import { StatusDot } from '../components/StatusDot.tsx';
import { TableSkeleton } from '../components/TableSkeleton.tsx';
import { usePlatform } from '../lib/queries.ts';
import { operatorsQuery, useRestaking } from './queries.ts';

/** The contracts of restaking and the L1 that they are on. */
export type RestakingContext = {
  info: RestakingInfo;
  deployment: RestakingDeploymentAnswer;
  l1Chain: Chain;
  l1: PublicClient;
  /** The embedded L1, whose tokens everybody can mint. */
  embedded: boolean;
};

/** What is below needs the contracts; until they are there this says how far they are. */
export function RestakingGate({ children }: { children: (context: RestakingContext) => ReactNode }) {
  const restaking = useRestaking();
  const { data: platform } = usePlatform();
  const info = restaking.data;
  const deployment = info?.deployment ?? null;
  const operators = useQuery({ ...operatorsQuery, enabled: info?.status === 'ready' }).data;
  const names = useMemo(
    () => ({ ...operatorNames(operators ?? []), ...namesOf(deployment, info?.avss ?? []) }),
    [deployment, info?.avss, operators],
  );
  if (info === undefined || platform === undefined) {
    if (restaking.isError) {
      return (
        <ErrorState
          title="The state of restaking could not be read"
          error={restaking.error}
          onRetry={() => restaking.refetch()}
        />
      );
    }
    return <TableSkeleton rows={8} />;
  }
  if (info.status === 'off') {
    return (
      <EmptyState title="This platform has no restaking">
        {info.problem ?? 'It was started without the contracts.'} <code>./tephra up</code> brings them on its embedded
        L1; elsewhere <code>--restaking-deployment</code> names a file with their addresses.
      </EmptyState>
    );
  }
  if (info.status === 'failed') {
    return (
      <Notice tone="bad" title="The restaking contracts are not there">
        {info.problem ?? 'The platform did not say why.'} It is tried again by itself.
      </Notice>
    );
  }
  if (info.status === 'deploying' || deployment === null) {
    return (
      <EmptyState title="Restaking is being set up">
        <StatusDot tone="busy">{info.problem ?? 'The contracts are on their way to the L1'}</StatusDot>
        <br />
        This page goes on by itself.
      </EmptyState>
    );
  }
  const l1Chain = l1ChainOf(platform.l1);
  return (
    <NamesProvider names={names}>
      {children({ info, deployment, l1Chain, l1: publicClientOf(l1Chain), embedded: platform.l1.embedded })}
    </NamesProvider>
  );
}

/** What operators call themselves; their own word, so never instead of an address where money goes. */
function operatorNames(operators: readonly OperatorAnswer[]): Record<string, string> {
  const named = operators.filter((each) => each.metadata !== null && each.metadata.name !== '');
  return Object.fromEntries(named.map((each) => [each.address, each.metadata?.name ?? '']));
}

/** Names of the contracts, for dialogs and tables. */
function namesOf(deployment: RestakingDeploymentAnswer | null, avss: RestakingInfo['avss']): Record<string, string> {
  const names: Record<string, string> = {};
  if (deployment !== null) {
    names[deployment.delegationManager] = 'Delegation manager';
    names[deployment.strategyManager] = 'Strategy manager';
    names[deployment.nativeEthManager] = 'Native ETH manager';
    names[deployment.rewardsCoordinator] = 'Rewards coordinator';
    names[deployment.allocationManager] = 'Allocation manager';
    names[deployment.avsDirectory] = 'AVS directory';
    for (const { strategy, token, symbol } of deployment.strategies) {
      names[strategy] = `${symbol} strategy`;
      if (token !== null) names[token] = symbol;
    }
  }
  for (const avs of avss) {
    names[avs.serviceManager] = `${avs.name} AVS`;
    names[avs.registryCoordinator] = `${avs.name} registry`;
    names[avs.allowlist] = `${avs.name} allowlist`;
    if (avs.taskManager !== null) names[avs.taskManager] = `${avs.name} tasks`;
  }
  return names;
}

/** Decimals of a strategy's token. */
export function decimalsIn({ strategies }: RestakingDeploymentAnswer): (strategy: string) => number {
  return (strategy) => strategies.find((each) => each.strategy === strategy)?.decimals ?? 18;
}
