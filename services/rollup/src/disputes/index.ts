export { DisputeService } from './disputeService.ts';
export { PackReverts } from './packReverts.ts';
export { type PackStatus, packStatus } from './packStatus.ts';
