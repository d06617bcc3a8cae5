//! Two validators make a chain.

use opg_zombienet::{network, node_binary, wait_until_final};
use zombienet_sdk::NetworkConfigExt;

#[tokio::test(flavor = "multi_thread")]
async fn two_validators_elected_by_their_stake_finalise_blocks() -> anyhow::Result<()> {
    let network = network(&node_binary()?, &["alice", "bob"])?.spawn_native().await?;
    for name in ["alice", "bob"] {
        wait_until_final(network.get_node(name)?, 3, 120).await?;
    }
    network.destroy().await?;
    Ok(())
}
