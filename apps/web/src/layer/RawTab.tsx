import { useQuery } from '@tanstack/react-query';
import type { Hash as HashType, Hex, PublicClient } from 'viem';
import { castSend } from '../chain/cast.ts';
import { decodeCall } from '../chain/decode.ts';
import type { TransactionView } from '../chain/transaction.ts';
import { useAbis } from '../chain/useAbis.ts';
import { useLayerChain } from '../chain/useChain.tsx';
import { Arguments } from '../components/Arguments.tsx';
import { CodeSnippet } from '../components/CodeSnippet.tsx';
import { CopyButton } from '../components/CopyButton.tsx';
import { Section } from '../components/Section.tsx';
import { formatCount } from '../lib/format.ts';
import classes from '../pages/Explorer.module.css';

/** The input decoded and as bytes, the signed transaction as it went over the wire, and commands that do the same. */
export function RawTab({ view }: { view: TransactionView }) {
  const { id, layer, client } = useLayerChain();
  const abis = useAbis();
  const call = view.to === null ? null : decodeCall(view.input, abis.of(view.to));
  const raw = useQuery({
    queryKey: ['raw-transaction', id, view.hash],
    queryFn: () => rawOf(client, view.hash),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const { rpc } = layer.resources;
  return (
    <>
      {call !== null && (
        <Section title={call.name} note={<span className="tp-mono">{call.signature}</span>}>
          <Arguments args={call.args} layerId={id} />
        </Section>
      )}
      <Section
        title={view.to === null ? 'Init code' : 'Input data'}
        note={view.input === '0x' ? undefined : `${formatCount((view.input.length - 2) / 2)} bytes`}
        actions={view.input === '0x' ? undefined : <CopyButton value={view.input} label="input data" />}
      >
        <Scrolling text={view.input === '0x' ? 'None: a plain transfer.' : view.input} />
      </Section>
      {raw.data && (
        <Section
          title="As signed"
          note="the bytes that eth_sendRawTransaction took"
          actions={<CopyButton value={raw.data} label="signed transaction" />}
        >
          <Scrolling text={raw.data} />
        </Section>
      )}
      <Section title="The same from the terminal">
        <CodeSnippet
          title="The same from the terminal"
          snippets={[
            ...(view.system ? [] : [{ label: 'cast send', code: castSend(view, call, rpc) }]),
            { label: 'cast receipt', code: `cast receipt ${view.hash} --rpc-url ${rpc}` },
            {
              label: 'cast run',
              code: `cast rpc debug_traceTransaction ${view.hash} '{"tracer":"callTracer"}' --rpc-url ${rpc}`,
            },
            { label: 'CLI', code: `./tephra finality ${layer.name} ${view.hash}` },
            {
              label: 'curl',
              code: `curl -s ${rpc} -H 'Content-Type: application/json' \\\n  -d '{"jsonrpc":"2.0","id":1,"method":"tephra_getFinality","params":["${view.hash}"]}'`,
            },
          ]}
        />
      </Section>
    </>
  );
}

function Scrolling({ text }: { text: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
    <pre className={classes.raw} tabIndex={0}>
      {text}
    </pre>
  );
}

type RawRequest = (call: { method: 'eth_getRawTransactionByHash'; params: [HashType] }) => Promise<Hex | null>;

function rawOf(client: PublicClient, hash: HashType): Promise<Hex | null> {
  return (client.request as unknown as RawRequest)({ method: 'eth_getRawTransactionByHash', params: [hash] });
}
