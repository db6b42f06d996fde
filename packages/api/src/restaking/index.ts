export * from './avss.ts';
export * from './deployment.ts';
export * from './hosts.ts';
export * from './operators.ts';
export * from './routes.ts';
export * from './stakers.ts';
