import { createContext, type ReactNode, useContext, useMemo } from 'react';

/** Lower-case address -> name. */
export type Names = Readonly<Record<string, string>>;

const NamesContext = createContext<Names>({});

/** Adds names for everything below; inner ones win. */
export function NamesProvider({ names, children }: { names: Names; children: ReactNode }) {
  const outer = useContext(NamesContext);
  const merged = useMemo(() => {
    const all: Record<string, string> = { ...outer };
    for (const [address, name] of Object.entries(names)) all[address.toLowerCase()] = name;
    return all;
  }, [outer, names]);
  return <NamesContext value={merged}>{children}</NamesContext>;
}

export function useName(address: string): string | undefined {
  return useContext(NamesContext)[address.toLowerCase()];
}
