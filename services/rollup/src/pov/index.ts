export { PovService, PovServiceError, type PovServiceErrorCode } from './povService.ts';
