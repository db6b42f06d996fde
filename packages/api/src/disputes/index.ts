export * from './challenges.ts';
export * from './packs.ts';
export * from './routes.ts';
