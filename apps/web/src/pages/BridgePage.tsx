export function BridgePage() {
  return null;
}
