import secp256k1 from 'secp256k1';
import { bytesToHex, type Hex, hexToBytes, keccak256, serializeTransaction } from 'viem';

/** Signs with consecutive nonces and natively: viem's own takes longer than a node needs to execute. */
export class Signer {
  readonly #key: Uint8Array;
  readonly #chainId: number;
  readonly #maxFeePerGas: bigint;
  #nonce = 0;

  constructor(options: { privateKey: Hex; chainId: number; maxFeePerGas?: bigint }) {
    this.#key = hexToBytes(options.privateKey);
    this.#chainId = options.chainId;
    this.#maxFeePerGas = options.maxFeePerGas ?? 0n;
  }

  sign(call: { to?: Hex; value?: bigint; data?: Hex; gas: bigint }): Hex {
    const fields = {
      type: 'eip1559',
      chainId: this.#chainId,
      nonce: this.#nonce++,
      maxFeePerGas: this.#maxFeePerGas,
      maxPriorityFeePerGas: 0n,
      ...call,
    } as const;
    const digest = hexToBytes(keccak256(serializeTransaction(fields)));
    const { signature, recid } = secp256k1.ecdsaSign(digest, this.#key);
    return serializeTransaction(fields, {
      r: bytesToHex(signature.subarray(0, 32)),
      s: bytesToHex(signature.subarray(32)),
      yParity: recid,
    });
  }
}
