export default async function stopCluster() {}
