//! Sentinels: servers that know which server writes.

use core::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{Client, ConnectionAddr, ConnectionInfo, IntoConnectionInfo as _, Value};

use crate::connect::config;
use crate::error::RedisStoreError;

/// The sentinels of a group of servers, and how its primary is spoken to.
pub(crate) struct Sentinels {
    sentinels: Vec<Client>,
    group: String,
    primary: ConnectionInfo,
    /// How long one sentinel is waited for, before the next one is asked.
    time: Duration,
}

impl Sentinels {
    pub(crate) fn new(
        sentinels: &[&str],
        group: &str,
        primary: &str,
        time: Duration,
    ) -> Result<Self, RedisStoreError> {
        let open = |url: &&str| Client::open(*url).map_err(|_| RedisStoreError::Address);
        let primary = primary.into_connection_info().map_err(|_| RedisStoreError::Address)?;
        if !matches!(primary.addr(), ConnectionAddr::Tcp(..)) || sentinels.is_empty() {
            return Err(RedisStoreError::Address);
        }
        let sentinels = sentinels.iter().map(open).collect::<Result<_, _>>()?;
        Ok(Self {
            sentinels,
            group: group.to_owned(),
            primary,
            time: time.checked_div(4).unwrap_or(time),
        })
    }

    /// The first sentinel that answers decides. After a failover one of them may name the old primary
    /// for a while: that one says by its role that it is not.
    pub(crate) async fn connect(&self) -> Result<MultiplexedConnection, RedisStoreError> {
        let mut last = RedisStoreError::disconnected("no sentinel answers");
        for sentinel in &self.sentinels {
            match tokio::time::timeout(self.time, self.through(sentinel)).await {
                Ok(Ok(connection)) => return Ok(connection),
                Ok(Err(error)) => last = error,
                Err(_) => last = RedisStoreError::disconnected("no sentinel answers"),
            }
        }
        Err(last)
    }

    async fn through(&self, sentinel: &Client) -> Result<MultiplexedConnection, RedisStoreError> {
        let mut asked = sentinel.get_multiplexed_async_connection_with_config(&config()).await?;
        let mut command = redis::cmd("SENTINEL");
        command.arg("GET-MASTER-ADDR-BY-NAME").arg(&self.group);
        let address: Option<(String, u16)> = command.query_async(&mut asked).await?;
        let Some((host, port)) = address else {
            return Err(RedisStoreError::disconnected("the sentinels know no such group"));
        };
        let info = self.primary.clone().set_addr(ConnectionAddr::Tcp(host, port));
        let client = Client::open(info)?;
        let mut connection = client.get_multiplexed_async_connection_with_config(&config()).await?;
        let role: Vec<Value> = redis::cmd("ROLE").query_async(&mut connection).await?;
        let is_primary = matches!(role.first(), Some(Value::BulkString(role)) if role == b"master");
        if is_primary {
            return Ok(connection);
        }
        Err(RedisStoreError::disconnected("the sentinels name no primary yet"))
    }
}
