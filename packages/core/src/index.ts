export { type Cancel, type Clock, systemClock } from './clock.ts';
export { TypedEmitter } from './emitter.ts';
export {
  type ErrorJson,
  errorMessage,
  isTephraError,
  TephraError,
  type TephraErrorOptions,
  toErrorJson,
} from './errors.ts';
export { freePort } from './free-port.ts';
export { DataDirLockedError, lockDataDir } from './lock-data-dir.ts';
export { LogFile, type LogFileOptions } from './log-file.ts';
export { createLogger, LOG_LEVELS, type Logger, type LoggerOptions, type LogLevel, redact } from './logger.ts';
export { type MetricOptions, Metrics } from './metrics.ts';
export { Mutex } from './mutex.ts';
export { PlatformBinaryError, platformBinary } from './platform-binary.ts';
export { isProcessAlive, type ProcessIdentity, processIdentity } from './process-identity.ts';
export { type RetryOptions, retry } from './retry.ts';
export { type NamedService, type Service, ServiceGroup } from './service.ts';
export {
  defineSettings,
  flagAttribute,
  type Setting,
  type SettingSources,
  type Settings,
  SettingsError,
  type SettingValues,
} from './settings.ts';
export { syncDirectory, writeFileAtomic } from './write-file-atomic.ts';
