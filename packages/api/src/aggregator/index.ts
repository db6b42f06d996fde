export * from './routes.ts';
export * from './wire.ts';
