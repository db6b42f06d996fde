import type { Hash, Hex } from '@tephra/protocol';
import { decodeAbiParameters, encodeAbiParameters, encodePacked, getAbiItem, keccak256 } from 'viem';
import { vitalAttestationAbi } from '../generated/abis.ts';
import type { NonSignerStakesAndSignature } from './checkSignaturesParams.ts';

/** `NonSignerStakesAndSignature`, as the contract declares it. */
const PARAMS = getAbiItem({ abi: vitalAttestationAbi, name: 'checkBlock' }).inputs[1];

/** The certificate of a pack as `Rollup.submitPackCertified` takes it: `abi.encode(referenceBlock, params)`. */
export function encodePackCertificate(referenceBlock: number, params: NonSignerStakesAndSignature): Hex {
  return encodeAbiParameters([{ type: 'uint32' }, PARAMS], [referenceBlock, params]);
}

/** Which stakes a pack's certificate counts, and the ids of those who did not sign. @throws what viem throws for other bytes */
export function decodePackCertificate(certificate: Hex): { referenceBlock: number; nonSignerIds: Hash[] } {
  const [referenceBlock, params] = decodeAbiParameters([{ type: 'uint32' }, PARAMS], certificate);
  return { referenceBlock, nonSignerIds: idsOf(params) };
}

/** `abi.encode(params)`: how a certificate of a block travels. */
export function encodeSigners(params: NonSignerStakesAndSignature): Hex {
  return encodeAbiParameters([PARAMS], [params]);
}

/** With the ids of those who did not sign. @throws what viem throws for other bytes */
export function decodeSigners(encoded: Hex): { params: NonSignerStakesAndSignature; nonSignerIds: Hash[] } {
  const [params] = decodeAbiParameters([PARAMS], encoded);
  return { params: params as NonSignerStakesAndSignature, nonSignerIds: idsOf(params) };
}

function idsOf({ nonSignerPubkeys }: Pick<NonSignerStakesAndSignature, 'nonSignerPubkeys'>): Hash[] {
  return nonSignerPubkeys.map(({ X, Y }) => keccak256(encodePacked(['uint256', 'uint256'], [X, Y])));
}
