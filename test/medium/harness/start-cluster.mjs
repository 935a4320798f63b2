export default async function startCluster() {}
