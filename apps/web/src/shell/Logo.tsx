/** Three layers: fresh ash on top, firmer ones below. */
export function Logo({ size = 22 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 22 22" aria-hidden="true" fill="none" strokeLinecap="round">
      <path d="M3 6c2.7-1.5 5.3 1.3 8 0s5.3-1.5 8 0" stroke="var(--tp-ember)" strokeWidth="2.2" />
      <path d="M3 11.5h16" stroke="var(--tp-t2)" strokeWidth="2.6" />
      <path d="M3 17.3h16" stroke="var(--tp-text)" strokeWidth="3.4" />
    </svg>
  );
}
