// Deploys a counter, uses it, and prints what it saw as one line of JSON.
import { network } from 'hardhat';

const { viem } = await network.create();
const client = await viem.getPublicClient();
const counter = await viem.deployContract('Counter', [5n]);
const hash = await counter.write.set([7n]);
const receipt = await client.waitForTransactionReceipt({ hash });
const events = await counter.getEvents.Changed({}, { fromBlock: 0n });
const messageOf = async (run) =>
  run().then(
    () => 'it succeeded',
    (error) => error.message,
  );
const seen = {
  chainId: await client.getChainId(),
  status: receipt.status,
  number: String(await counter.read.number()),
  values: events.map(({ args }) => String(args.value)),
  customError: await messageOf(() => counter.write.set([101n])),
  reason: await messageOf(() => counter.simulate.set([13n])),
};
console.log(JSON.stringify(seen));
