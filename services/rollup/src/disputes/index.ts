export { PackReverts } from './packReverts.ts';
