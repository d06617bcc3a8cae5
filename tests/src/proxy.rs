//! A proxy before a node's RPC that lies.
//!
//! It passes every message on as it is, and knows no method of the RPC: wherever an answer holds
//! the bytes that it lies about, be it the answer of a call, of a view function or of a
//! subscription, it puts others in their place. Which these are is known before, or is seen in the
//! answer itself ([`crate::lies`]).

use codec::{Decode, Encode};
use futures::{SinkExt, StreamExt};
use serde_json::Value;
use std::sync::{
    atomic::{AtomicUsize, Ordering},
    Arc,
};
use tokio::{
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
};
use tokio_tungstenite::{
    accept_async_with_config, client_async_with_config,
    tungstenite::{protocol::WebSocketConfig, Message},
};

/// What a proxy says instead of what is so.
#[derive(Clone, Debug)]
pub struct Lie(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Instead {
        truth: Vec<u8>,
        told: Vec<u8>,
        /// The truth in the digits that answers have it in.
        digits: String,
    },
    Altered(fn(&[u8]) -> Option<Vec<u8>>),
}

impl Lie {
    /// `told` instead of `truth`, which must not be empty.
    pub fn new(truth: Vec<u8>, told: Vec<u8>) -> Self {
        let digits = hex::encode(&truth);
        Self(Kind::Instead { truth, told, digits })
    }

    /// What `alter` makes of bytes; where it gives none they are told as they are.
    pub fn altering(alter: fn(&[u8]) -> Option<Vec<u8>>) -> Self {
        Self(Kind::Altered(alter))
    }

    /// `answer` with the lie in it; none if it does not hold the truth.
    fn tell(&self, answer: &str) -> Option<String> {
        match &self.0 {
            Kind::Instead { digits, .. } if !answer.contains(digits) => return None,
            Kind::Instead { .. } | Kind::Altered(_) => {}
        }
        let mut answer: Value = serde_json::from_str(answer).ok()?;
        self.tell_in(&mut answer).then(|| answer.to_string())
    }

    /// Puts the lie into every text of `value`; whether there was one to put it into.
    fn tell_in(&self, value: &mut Value) -> bool {
        match value {
            Value::String(text) => match self.tell_bytes(text) {
                Some(told) => {
                    *text = told;
                    true
                }
                None => false,
            },
            Value::Array(list) => list.iter_mut().fold(false, |any, v| self.tell_in(v) | any),
            Value::Object(map) => map.values_mut().fold(false, |any, v| self.tell_in(v) | any),
            _ => false,
        }
    }

    /// The bytes that `text` writes down, with the lie in them.
    fn tell_bytes(&self, text: &str) -> Option<String> {
        let bytes = hex::decode(text.strip_prefix("0x")?).ok()?;
        let told = match view_answer(&bytes) {
            // The bytes within have their length before them.
            Some(within) => [vec![0], self.replaced(&within)?.encode()].concat(),
            None => self.replaced(&bytes)?,
        };
        Some(format!("0x{}", hex::encode(told)))
    }

    fn replaced(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let (truth, told) = match &self.0 {
            Kind::Instead { truth, told, .. } => (truth.as_slice(), told.as_slice()),
            Kind::Altered(alter) => return alter(bytes),
        };
        let start = bytes.windows(truth.len()).position(|window| window == truth)?;
        let (before, rest) = bytes.split_at(start);
        Some([before, told, rest.get(truth.len()..)?].concat())
    }
}

/// What a view function answered, if `bytes` are that: a result, whose good value is a byte string.
fn view_answer(bytes: &[u8]) -> Option<Vec<u8>> {
    let (0, mut rest) = bytes.split_first().map(|(first, rest)| (*first, rest))? else {
        return None;
    };
    Vec::<u8>::decode(&mut rest).ok().filter(|_| rest.is_empty())
}

/// A proxy on loopback; it ends with its value.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    lies: Arc<AtomicUsize>,
    server: JoinHandle<()>,
}

impl Proxy {
    /// Starts one that tells `lie` of the node at port `node` of loopback.
    ///
    /// # Errors
    /// When there is no port for it.
    pub async fn start(node: u16, lie: Lie) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let port = listener.local_addr()?.port();
        let lies = Arc::new(AtomicUsize::new(0));
        let (lie, counter) = (Arc::new(lie), lies.clone());
        let server = tokio::spawn(async move {
            // Connections end with the server.
            let mut connections = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                connections.spawn(connection(client, node, lie.clone(), counter.clone()));
            }
        });
        Ok(Self { port, lies, server })
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// How many answers it lied in.
    pub fn lies(&self) -> usize {
        self.lies.load(Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// The runtime's code and metadata travel in one message each.
fn unlimited() -> Option<WebSocketConfig> {
    Some(WebSocketConfig::default().max_message_size(None).max_frame_size(None))
}

/// Passes on what `client` and the node say, until one of them stops. An error ends the connection,
/// which either side sees.
async fn connection(
    client: TcpStream,
    node: u16,
    lie: Arc<Lie>,
    lies: Arc<AtomicUsize>,
) -> anyhow::Result<()> {
    let server = TcpStream::connect(("127.0.0.1", node)).await?;
    // Many small messages, each waited for.
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let client = accept_async_with_config(client, unlimited()).await?;
    let address = format!("ws://127.0.0.1:{node}");
    let (server, _) = client_async_with_config(address, server, unlimited()).await?;
    let (mut to_client, mut questions) = client.split();
    let (mut to_node, mut answers) = server.split();
    let ask = async {
        while let Some(message) = questions.next().await {
            let message = message?;
            // Either side answers the pings of its own connection.
            if message.is_text() || message.is_binary() {
                to_node.send(message).await?;
            }
        }
        anyhow::Ok(())
    };
    let answer = async {
        while let Some(message) = answers.next().await {
            let message = match message? {
                Message::Text(text) => match lie.tell(&text) {
                    Some(told) => {
                        lies.fetch_add(1, Ordering::SeqCst);
                        Message::text(told)
                    }
                    None => Message::Text(text),
                },
                other => other,
            };
            if message.is_text() || message.is_binary() {
                to_client.send(message).await?;
            }
        }
        anyhow::Ok(())
    };
    tokio::select! {
        ended = ask => ended,
        ended = answer => ended,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const TRUTH: [u8; 4] = [1, 2, 3, 4];

    fn lie(told: &[u8]) -> Lie {
        Lie::new(TRUTH.to_vec(), told.to_vec())
    }

    fn answer(bytes: &[u8]) -> Value {
        json!({ "jsonrpc": "2.0", "id": 7, "result": format!("0x{}", hex::encode(bytes)) })
    }

    /// What is told instead of `answer`.
    fn told(lie: &Lie, answer: &Value) -> Option<Value> {
        lie.tell(&answer.to_string()).map(|text| serde_json::from_str(&text).unwrap())
    }

    #[test]
    fn an_answer_without_the_truth_is_passed_on() {
        assert_eq!(told(&lie(&[9]), &answer(&[1, 2, 3])), None);
        // The digits are there, across the borders of the bytes.
        assert_eq!(told(&lie(&[9]), &answer(&[0x50, 0x10, 0x20, 0x30, 0x45])), None);
    }

    #[test]
    fn the_lie_stands_in_the_place_of_the_truth() {
        let given = answer(&[8, 8, 1, 2, 3, 4, 5]);
        assert_eq!(told(&lie(&[9, 9]), &given), Some(answer(&[8, 8, 9, 9, 5])));
    }

    #[test]
    fn a_view_functions_answer_keeps_a_length_that_fits() {
        let view = |value: &[u8]| answer(&[vec![0], value.to_vec().encode()].concat());
        let long = vec![9; 100];
        let given = view(&[1, 1, 2, 3, 4]);
        let expected = view(&[vec![1], long.clone()].concat());
        assert_eq!(told(&lie(&long), &given), Some(expected));
    }

    #[test]
    fn a_lie_may_be_made_of_the_answer_itself() {
        let longer = Lie::altering(|bytes| (bytes == TRUTH).then(|| [bytes, &[5]].concat()));
        assert_eq!(told(&longer, &answer(&TRUTH)), Some(answer(&[1, 2, 3, 4, 5])));
        assert_eq!(told(&longer, &answer(&[1, 2, 3])), None);
        let view = |value: &[u8]| answer(&[vec![0], value.to_vec().encode()].concat());
        assert_eq!(told(&longer, &view(&TRUTH)), Some(view(&[1, 2, 3, 4, 5])));
    }

    #[test]
    fn what_a_subscription_tells_is_altered_too() {
        let event = |text: &str| json!({ "params": { "result": { "values": [["0x00", text]] } } });
        assert_eq!(told(&lie(&[7]), &event("0x0801020304")), Some(event("0x0807")));
    }

    #[tokio::test]
    async fn everything_passes_and_only_the_truth_is_replaced() {
        // A node that answers each question with itself.
        let node = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = node.local_addr().unwrap().port();
        let node = tokio::spawn(async move {
            let (stream, _) = node.accept().await.unwrap();
            let stream = accept_async_with_config(stream, unlimited()).await.unwrap();
            let (mut out, mut questions) = stream.split();
            while let Some(Ok(message)) = questions.next().await {
                if message.is_text() {
                    out.send(message).await.unwrap();
                }
            }
        });
        let proxy = Proxy::start(port, lie(&[9])).await.unwrap();
        let stream = TcpStream::connect(("127.0.0.1", proxy.port())).await.unwrap();
        let address = format!("ws://127.0.0.1:{}", proxy.port());
        let (mut client, _) = client_async_with_config(address, stream, unlimited()).await.unwrap();
        // More than a WebSocket takes in one frame unless it is told to.
        let large = "x".repeat(17 << 20);
        for (said, heard) in [
            ("not JSON", "not JSON".to_owned()),
            (r#"{"result":"0x0001020304"}"#, r#"{"result":"0x0009"}"#.to_owned()),
            (large.as_str(), large.clone()),
        ] {
            client.send(Message::text(said)).await.unwrap();
            let answer = client.next().await.unwrap().unwrap();
            assert!(answer == Message::text(heard), "{} bytes came", answer.len());
        }
        assert_eq!(proxy.lies(), 1);
        node.abort();
    }
}
