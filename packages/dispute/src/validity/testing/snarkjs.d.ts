/** What tests use of snarkjs, which has no types. */
declare module 'snarkjs' {
  export type Groth16Artefact = { type: 'mem'; data?: Uint8Array };
  type Curve = { terminate(): Promise<void> };
  type Input = string | Groth16Artefact;
  export const curves: { getCurveFromName(name: 'bn128'): Promise<Curve> };
  export const powersOfTau: {
    newAccumulator(curve: Curve, power: number, output: Input): Promise<unknown>;
    contribute(input: Input, output: Input, name: string, entropy: string): Promise<unknown>;
    preparePhase2(input: Input, output: Input): Promise<unknown>;
  };
  export const zKey: {
    newZKey(r1cs: Input, tau: Input, output: Input): Promise<unknown>;
    contribute(input: Input, output: Input, name: string, entropy: string): Promise<unknown>;
    exportVerificationKey(key: Input): Promise<unknown>;
  };
  export const groth16: {
    fullProve(
      input: Record<string, bigint | readonly bigint[]>,
      program: Input,
      key: Input,
    ): Promise<{ proof: unknown; publicSignals: string[] }>;
  };
}
