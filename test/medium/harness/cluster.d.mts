export type Cluster = { folder: string; socket: string; password: string; log: string; pid: number }

export function startCluster(): Promise<Cluster>
export function stopCluster(cluster: Cluster | undefined): Promise<void>
export function takeAway(cluster: Cluster, signal?: 'SIGINT' | 'SIGQUIT'): Promise<void>
export function bringBack(cluster: Cluster): Promise<void>
