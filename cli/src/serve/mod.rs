//! A local endpoint in OpenAI's shape, whose answers come from the chain with their receipts.
//!
//! | path | what it does |
//! | --- | --- |
//! | `POST /v1/chat/completions`, `POST /v1/completions` | makes a request on chain, waits for its receipt to be final, checks it, and gives the answer with it |
//! | `GET /v1/models` | the text models of the chain |
//! | `GET /v1/receipts/{request}` | the receipt of a request again, checked again |
//!
//! ```text
//! client ──> Endpoint ──> Backend (the chain) ──> Bundle ──> checks ──> reply
//! ```
//!
//! | module | what it does |
//! | --- | --- |
//! | [`checks`] | whether a bundle is of what was asked, and passes the audit |
//! | [`once`] | the same request again is the same request on chain, paid once |
//! | [`budget`] | the most that the process spends |
//! | [`reply`] | the answer, whole or as a stream |
//!
//! An answer that fails a check is not given out. What the endpoint knows of the chain it has from one
//! node: what that means for a receipt stands in each of them, under `trust`.

pub mod budget;
pub mod checks;
pub mod once;
pub mod reply;

#[cfg(test)]
mod tests;

use crate::{audit::Bundle, opening::Opening};
use axum::{
    extract::{Path, Request, State},
    http::{
        header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, HOST},
        HeaderMap, HeaderValue, StatusCode,
    },
    response::{IntoResponse, Response},
    routing::{get, post},
    Json, Router,
};
use budget::Budget;
use checks::{Fault, Ours};
use once::{Key, Once};
use opg_primitives::{
    artefact::TextModel,
    ids::{Account, GenesisHash, ModelId, RequestId},
    mode::Mode,
    openai::{split, OnChain},
    signed_answer::Face,
    Balance,
};
use opg_worker_api::server::openai::{
    check_type, fallbacks, read_body, read_members, read_model, read_stream, ApiError,
    BODY_DEADLINE,
};
use reply::Served;
use serde_json::{json, Value};
use std::{future::Future, net::IpAddr, sync::Arc, time::Duration};
use tokio::sync::Semaphore;

/// The header that holds the id of an answer's receipt.
pub const RECEIPT_HEADER: &str = "x-opg-receipt";
/// The header by which OpenAI's clients are told not to try again by themselves.
const RETRY_HEADER: &str = "x-should-retry";
/// The header by which a client says that a request is the same, or another.
const IDEMPOTENCY_HEADER: &str = "idempotency-key";
/// The most bytes of a request: more than any that fits on chain, so that what is wrong is said.
const MAX_BODY_BYTES: usize = 1 << 20;

/// A text model of the chain that takes requests.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its id.
    pub id: ModelId,
    /// Its name, source and bounds.
    pub model: TextModel,
    /// Its owner.
    pub owner: Account,
    /// The modes in which it can be asked.
    pub modes: Vec<Mode>,
}

/// Who asks, of which chain, and on what terms.
#[derive(Clone, Copy, Debug)]
pub struct Asker {
    /// The chain.
    pub genesis: GenesisHash,
    /// The account that asks and pays.
    pub account: Account,
    /// The mode that is asked for; the default of a model's class without one.
    pub mode: Option<Mode>,
    /// The most that an answer may cost.
    pub max_price: Balance,
}

/// Why there is no answer.
#[derive(Clone, Debug)]
pub enum Trouble {
    /// The request was not made.
    Refused(ApiError),
    /// It was, or may have been: to try again is to pay again.
    Lost(ApiError),
}

/// A receipt with all that an audit needs.
#[derive(Clone, Debug)]
pub struct Gathered {
    /// Of the chain.
    pub bundle: Bundle,
    /// Of the requester: what opens a private request, where it is at hand.
    pub opening: Option<Opening>,
}

/// What is behind the endpoint: a chain.
pub trait Backend: Send + Sync + 'static {
    /// Who asks.
    fn asker(&self) -> Asker;
    /// The text models that take requests.
    fn models(&self) -> impl Future<Output = Result<Vec<Listed>, ApiError>> + Send;
    /// Asks `model`, and waits until the request's terminal receipt is final. What it may cost is taken
    /// from `budget` before it is made.
    fn ask(
        &self,
        model: ModelId,
        asked: &OnChain,
        budget: &Budget,
    ) -> impl Future<Output = Result<(RequestId, Gathered), Trouble>> + Send;
    /// The last receipt of a request, with all that an audit needs.
    fn find(&self, request: RequestId) -> impl Future<Output = Result<Gathered, ApiError>> + Send;
}

/// What came of a request, for all who ask the same.
#[derive(Clone, Debug)]
enum Outcome {
    Served(Arc<Served>),
    Refused(ApiError),
    Lost(ApiError),
}

/// The bounds of an endpoint.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// The most that the process spends; none: as much as the account has.
    pub spend_limit: Option<Balance>,
    /// How long the same request gets the same answer, after that has come.
    pub window: Duration,
    /// Requests on chain at once.
    pub at_once: usize,
}

/// The endpoint.
pub struct Endpoint<B> {
    backend: B,
    budget: Budget,
    once: Once<Outcome>,
    room: Arc<Semaphore>,
}

/// What the body of a request says of how it is to be answered.
#[derive(Clone, Debug)]
struct Wanted {
    face: Face,
    model: String,
    stream: bool,
    include_usage: bool,
}

impl Wanted {
    fn read(face: Face, body: &[u8]) -> Result<Self, ApiError> {
        let members = read_members(body)?;
        let options = members.get("stream_options").map(serde_json::from_str::<Value>);
        let include_usage = match options {
            Some(Ok(options)) => options["include_usage"] == Value::Bool(true),
            _ => false,
        };
        let (model, stream) = (read_model(&members)?, read_stream(&members)?);
        Ok(Self { face, model, stream, include_usage })
    }
}

impl<B: Backend> Endpoint<B> {
    /// An endpoint in front of `backend`.
    pub fn new(backend: B, bounds: Bounds) -> Arc<Self> {
        Arc::new(Self {
            backend,
            budget: Budget::new(bounds.spend_limit),
            // What was not made costs nothing, so it may be tried again at once.
            once: Once::new(bounds.window, |outcome| !matches!(outcome, Outcome::Refused(_))),
            room: Arc::new(Semaphore::new(bounds.at_once)),
        })
    }

    /// The model that `name` names: its id, or its name where no other has it.
    async fn model(&self, name: &str) -> Result<Listed, ApiError> {
        let models = self.backend.models().await?;
        let mut named = models
            .into_iter()
            .filter(|it| it.model.name.to_string() == name || it.id.to_string() == name);
        match (named.next(), named.next()) {
            (Some(only), None) => Ok(only),
            (None, _) => Err(ApiError::new(
                StatusCode::NOT_FOUND,
                "model_not_found",
                "the chain has no text model of this name or id that takes requests: GET /v1/models",
            )),
            (Some(one), Some(other)) => Err(ApiError::invalid(format!(
                "model: several have this name; name one by its id, such as {} or {}",
                one.id, other.id
            ))),
        }
    }

    /// Makes the request of `body` on chain, and checks what came of it.
    async fn make(&self, wanted: &Wanted, body: &[u8]) -> Outcome {
        let Ok(_permit) = self.room.try_acquire() else {
            let status = StatusCode::SERVICE_UNAVAILABLE;
            let text = "as many requests are on chain as may be at once";
            return Outcome::Refused(ApiError::new(status, "overloaded", text));
        };
        let prepared = async {
            let model = self.model(&wanted.model).await?;
            let members = read_members(body)?;
            let asked =
                split(wanted.face, &members, model.model.is_open()).map_err(ApiError::invalid)?;
            Ok::<_, ApiError>((model.id, asked))
        };
        let (model, asked) = match prepared.await {
            Ok(prepared) => prepared,
            Err(error) => return Outcome::Refused(error),
        };
        let (request, gathered) = match self.backend.ask(model, &asked, &self.budget).await {
            Ok(ended) => ended,
            Err(Trouble::Refused(error)) => return Outcome::Refused(error),
            Err(Trouble::Lost(error)) => return Outcome::Lost(error),
        };
        let ours = Ours { asker: self.backend.asker(), request, model, asked: &asked };
        match checks::answer(&gathered, &ours) {
            Ok(checked) => Outcome::Served(Arc::new(Served::new(&gathered, checked))),
            Err(fault) => Outcome::Lost(faulty(request, &fault)),
        }
    }
}

/// The error of an answer that is not given out.
fn faulty(request: RequestId, fault: &Fault) -> ApiError {
    let code = match fault {
        Fault::Ended(_) => "request_failed",
        Fault::Check { .. } => "check_failed",
    };
    let text = format!("request {request}: {fault}");
    ApiError::new(StatusCode::BAD_GATEWAY, code, text)
}

/// The paths of `endpoint`.
pub fn router<B: Backend>(endpoint: Arc<Endpoint<B>>) -> Router {
    let router = Router::new()
        .route("/v1/chat/completions", post(chat::<B>))
        .route("/v1/completions", post(completions::<B>))
        .route("/v1/models", get(models::<B>))
        .route("/v1/receipts/{request}", get(receipt::<B>))
        .with_state(endpoint);
    fallbacks(router)
}

async fn chat<B: Backend>(
    State(endpoint): State<Arc<Endpoint<B>>>,
    request: Request,
) -> Result<Response, ApiError> {
    complete(endpoint, Face::ChatCompletions, request).await
}

async fn completions<B: Backend>(
    State(endpoint): State<Arc<Endpoint<B>>>,
    request: Request,
) -> Result<Response, ApiError> {
    complete(endpoint, Face::Completions, request).await
}

async fn complete<B: Backend>(
    endpoint: Arc<Endpoint<B>>,
    face: Face,
    request: Request,
) -> Result<Response, ApiError> {
    let (head, body) = request.into_parts();
    check_host(&head.headers)?;
    check_type(&head.headers)?;
    let body = read_body(body, MAX_BODY_BYTES, BODY_DEADLINE).await?;
    let wanted = Wanted::read(face, &body)?;
    let header = |name: &str| head.headers.get(name).map(HeaderValue::as_bytes);
    let key = Key::new(
        head.uri.path(),
        [header(AUTHORIZATION.as_str()), header(IDEMPOTENCY_HEADER)],
        &body,
    );
    let lost =
        Outcome::Lost(ApiError::internal("the request was lost: GET /v1/receipts/{request}"));
    let (asked, what) = (wanted.clone(), body.clone());
    let outcome = endpoint
        .once
        .get(key, lost, || {
            let endpoint = endpoint.clone();
            async move { endpoint.make(&asked, &what).await }
        })
        .await;
    Ok(match outcome {
        Outcome::Served(served) => given(&served, &wanted),
        Outcome::Refused(error) => error.into_response(),
        Outcome::Lost(error) => ([(RETRY_HEADER, "false")], error).into_response(),
    })
}

/// The response with an answer.
fn given(served: &Served, wanted: &Wanted) -> Response {
    let id = served.receipt_id.to_string();
    let receipt = (RECEIPT_HEADER, id.as_str());
    if wanted.stream {
        let kind = (CONTENT_TYPE.as_str(), "text/event-stream");
        let cache = (CACHE_CONTROL.as_str(), "no-cache");
        let stream = served.stream(wanted.face, &wanted.model, wanted.include_usage);
        return ([kind, cache, receipt], stream).into_response();
    }
    ([receipt], Json(served.whole(wanted.face, &wanted.model))).into_response()
}

/// Refuses what was not sent to this machine by its name: a web page whose name was made to lead here.
fn check_host(headers: &HeaderMap) -> Result<(), ApiError> {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    let is_own = name.eq_ignore_ascii_case("localhost")
        || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    match is_own {
        true => Ok(()),
        false => Err(ApiError::new(
            StatusCode::FORBIDDEN,
            "wrong_host",
            "the host is 127.0.0.1 or localhost: this endpoint is for this machine alone",
        )),
    }
}

async fn models<B: Backend>(
    State(endpoint): State<Arc<Endpoint<B>>>,
    headers: HeaderMap,
) -> Result<Json<Value>, ApiError> {
    check_host(&headers)?;
    let models = endpoint.backend.models().await?;
    let names: Vec<_> = models.iter().map(|it| it.model.name.to_string()).collect();
    let listed = models.iter().zip(&names).map(|(it, name)| {
        let alone = names.iter().filter(|other| *other == name).count() == 1;
        let id = if alone { name.clone() } else { it.id.to_string() };
        json!({
            "id": id,
            "object": "model",
            "created": 0,
            "owned_by": crate::print::account(&it.owner),
            "opg": {
                "id": it.id,
                "name": name,
                "source": it.model.source,
                "interface": it.model.interface,
                "modes": it.modes,
            },
        })
    });
    Ok(Json(json!({ "object": "list", "data": listed.collect::<Vec<_>>() })))
}

async fn receipt<B: Backend>(
    State(endpoint): State<Arc<Endpoint<B>>>,
    headers: HeaderMap,
    Path(request): Path<String>,
) -> Result<Json<Value>, ApiError> {
    check_host(&headers)?;
    let request = crate::input::hex32("a request id", &request)
        .map(RequestId)
        .map_err(|failure| ApiError::invalid(failure.what))?;
    let gathered = endpoint.backend.find(request).await?;
    let genesis = endpoint.backend.asker().genesis;
    let checked =
        checks::receipt(&gathered, genesis, request).map_err(|fault| faulty(request, &fault))?;
    Ok(Json(reply::receipt(&checked)))
}
