import type { Socket } from 'node:net'

/** When the connection is over, in whatever way: a reset is an end too. */
export const closed = (socket: Socket): Promise<void> =>
  new Promise((resolve) => socket.on('error', () => {}).once('close', () => resolve()))
