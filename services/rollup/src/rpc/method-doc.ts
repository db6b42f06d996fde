/** What a method's page in docs/rpc.md says. */
export type MethodDoc = {
  text: string;
  /** `name: shape` of each parameter; `name?: shape` of one that may be left out. */
  params?: readonly string[];
  result: string;
  /** Errors beyond those of any method: code and words or condition. */
  errors?: readonly string[];
};
