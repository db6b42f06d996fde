export { finalisedL1 } from './finalised-l1.ts';
export { type FinalityView, finalityOf, type PackEvidence } from './finality-of.ts';
export { type FinalisedL1, type FinalityMarks, FinalityTracker, type PackSource } from './tracker.ts';
