export { memoryReplayStore, type MemoryReplayStoreOptions } from './memoryReplayStore.js'
export { memoryStateStore, type MemoryStateStoreOptions } from './memoryStateStore.js'
