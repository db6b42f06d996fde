import type { IndexedDeployments } from '@tephra/indexer';
import { devTokenAbi, echoServiceManagerAbi, rewardsCoordinatorAbi, type TransactionSender } from '@tephra/l1';
import type { Hash } from '@tephra/protocol';
import { encodeFunctionData, isAddressEqual, parseEther } from 'viem';

/** What the echo AVS pays, in dev ALT: what one call of its mint makes. */
const REWARDS = parseEther('1000');
const REWARDS_SECONDS = 30 * 86_400;

/**
 * DEV ONLY: lets the echo AVS pay 1,000 dev ALT over 30 days to its operators and their stakers, so that there are rewards to
 * see and to claim. Once per deployment, and only where the platform may submit for the AVS.
 * @returns the submission's transaction; undefined when there is nothing to do
 * @throws L1Error
 */
export async function payOperators(
  { deployment, avss }: IndexedDeployments,
  platform: TransactionSender,
): Promise<Hash | undefined> {
  const echo = avss.find(({ name }) => name === 'echo');
  const token = deployment.strategies.find(({ symbol }) => symbol === 'ALT')?.token;
  if (!echo || !token) return undefined;
  const { client, address } = platform;
  const [nonce, initiator, { timestamp }] = await Promise.all([
    client.readContract({
      address: deployment.rewardsCoordinator,
      abi: rewardsCoordinatorAbi,
      functionName: 'submissionNonce',
      args: [echo.serviceManager],
    }),
    client.readContract({
      address: echo.serviceManager,
      abi: echoServiceManagerAbi,
      functionName: 'rewardsInitiator',
    }),
    client.getBlock(),
  ]);
  if (nonce > 0n || !isAddressEqual(initiator, address)) return undefined;
  await platform.send({
    to: token,
    data: encodeFunctionData({ abi: devTokenAbi, functionName: 'mint', args: [address, REWARDS] }),
  });
  await platform.send({
    to: token,
    data: encodeFunctionData({ abi: devTokenAbi, functionName: 'approve', args: [echo.serviceManager, REWARDS] }),
  });
  const interval = deployment.calculationIntervalSeconds;
  const submission = {
    strategiesAndMultipliers: strategiesOf(echo.quorums),
    token,
    amount: REWARDS,
    startTimestamp: Math.floor(Number(timestamp) / interval) * interval,
    duration: REWARDS_SECONDS,
  };
  const { hash } = await platform.send({
    to: echo.serviceManager,
    data: encodeFunctionData({
      abi: echoServiceManagerAbi,
      functionName: 'createAVSRewardsSubmission',
      args: [[submission]],
    }),
  });
  return hash;
}

/** Every strategy of the quorums once, ascending, as RewardsCoordinator wants them. */
function strategiesOf(quorums: IndexedDeployments['avss'][number]['quorums']) {
  const all = quorums.flatMap(({ strategies }) => strategies);
  return all
    .filter(({ strategy }, index) => all.findIndex((each) => isAddressEqual(each.strategy, strategy)) === index)
    .sort((a, b) => (BigInt(a.strategy) < BigInt(b.strategy) ? -1 : 1));
}
