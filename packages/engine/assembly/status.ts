/** Why a frame stopped. The host knows these numbers. */
export const RUNNING: i32 = 0;
/** A call or creation goes on in a frame of its own. */
export const ENTERED: i32 = 1;
export const STOPPED: i32 = 2;
export const RETURNED: i32 = 3;
export const REVERTED: i32 = 4;
// From here on all gas is gone.
export const OUT_OF_GAS: i32 = 5;
export const INVALID_OPCODE: i32 = 6;
export const STACK_UNDERFLOW: i32 = 7;
export const STACK_OVERFLOW: i32 = 8;
export const INVALID_JUMP: i32 = 9;
export const WRITE_PROTECTION: i32 = 10;
export const RETURN_DATA_OUT_OF_BOUNDS: i32 = 11;
export const CODE_TOO_LARGE: i32 = 12;
export const CODE_STARTS_WITH_EF: i32 = 13;
export const CODE_STORE_OUT_OF_GAS: i32 = 14;
export const COLLISION: i32 = 15;
export const INIT_CODE_TOO_LARGE: i32 = 16;
export const PRECOMPILE_FAILED: i32 = 17;
// The call never began; its gas comes back.
export const DEPTH: i32 = 18;
export const INSUFFICIENT_BALANCE: i32 = 19;
export const NONCE_OVERFLOW: i32 = 20;
