//! `opg serve`: what is behind the endpoint of [`crate::serve`].

use super::{
    asking::{self, Payload, Terms},
    offer::named_account,
    watch, Context,
};
use crate::{
    args::{Global, ModeArg, Serve},
    chain::Chain,
    error::{Exit, Failure, Result},
    input,
    keys::Signer,
    print::{account, amount, Out},
    serve::{budget::Budget, router, Asker, Backend, Bounds, Endpoint, Gathered, Listed, Trouble},
};
use axum::http::StatusCode;
use opg_primitives::{
    artefact::Artefact,
    ids::{GenesisHash, ModelId, RequestId},
    mode::Mode,
    model::ModelStatus,
    openai::OnChain,
};
use opg_worker_api::server::{bind, openai::ApiError, serve, shutdown_signal, Limits};
use std::{sync::Arc, time::Duration};
use tokio::sync::Mutex;

/// How long a connection may live: longer than any request may take.
const CONNECTION: Duration = Duration::from_secs(3 * 3600);
/// How often a request is taken up again after the node was lost, and how long is waited before.
const AGAIN: (u32, Duration) = (10, Duration::from_secs(3));

pub async fn run(context: &Context<'_>, args: &Serve) -> Result<Exit> {
    if !args.listen.ip().is_loopback() {
        return Err(Failure::usage("the endpoint is for this machine alone: it spends your money")
            .at(args.listen)
            .help("listen on 127.0.0.1; from elsewhere, reach it by an SSH tunnel"));
    }
    let terms = Terms {
        mode: args.mode,
        max_price: Some(input::amount(&args.max_price)?),
        within: args.within,
        provider: named_account(args.provider.as_deref())?,
        sealed: !args.public,
    };
    let spend_limit = args.spend_limit.as_deref().map(input::amount).transpose()?;
    let signer = context.signer()?;
    let chain = context.chain().await?;
    let node = Node {
        asker: Asker {
            genesis: chain.genesis(),
            account: signer.account(),
            mode: args.mode.map(Mode::from),
            max_price: terms.max_price.unwrap_or_default(),
        },
        global: context.global.clone(),
        out: *context.out,
        signer,
        terms,
        chain: Mutex::new(Some(Arc::new(chain))),
    };
    let asker = node.asker;
    let bounds = Bounds {
        spend_limit,
        window: Duration::from_secs(args.retry_seconds),
        at_once: args.at_once as usize,
    };
    let listener = bind(args.listen)
        .await
        .map_err(|failure| Failure::unavailable(failure.message).at(args.listen))?;
    let at = listener.local_addr().unwrap_or(args.listen);
    let limit = match spend_limit {
        Some(limit) => format!("{} in all", amount(limit)),
        None => "all that it has".into(),
    };
    context.out.warn(format!(
        "http://{at}/v1 asks as {}, for at most {} an answer and {limit}",
        account(&asker.account),
        amount(asker.max_price),
    ));
    let public =
        "what is asked and answered is public: everybody can read it on the chain, for ever";
    match (args.public, args.mode) {
        (true, _) | (_, Some(ModeArg::Plain | ModeArg::Zkml)) => context.out.warn(public),
        (false, mode) => {
            let openings = context.openings()?;
            context.out.warn(format!(
                "in mode tee, what is asked and answered is sealed to you and the enclave that answers; \
                 what opens it is kept in {}. Parameters are public",
                openings.display()
            ));
            if mode.is_none() {
                context.out.warn(format!("where a model's class has another mode, {public}"));
            }
        }
    }
    let limits = Limits { connection: CONNECTION, ..Limits::default() };
    serve(listener, router(Endpoint::new(node, bounds)), limits, shutdown_signal()).await;
    Ok(Exit::Ok)
}

/// The chain, by one node.
struct Node {
    asker: Asker,
    global: Global,
    out: Out,
    signer: Signer,
    terms: Terms,
    /// The connection, as long as it holds.
    chain: Mutex<Option<Arc<Chain>>>,
}

/// An error before anything was paid.
fn refused(failure: Failure) -> ApiError {
    let (status, code) = match failure.exit {
        Exit::Usage | Exit::BadData => (StatusCode::BAD_REQUEST, "invalid_request"),
        Exit::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "node_unavailable"),
        Exit::Ok | Exit::Failed | Exit::Incomplete => {
            (StatusCode::UNPROCESSABLE_ENTITY, "cannot_be_asked")
        }
    };
    ApiError::new(status, code, said(failure))
}

/// A failure in one line.
fn said(failure: Failure) -> String {
    let Failure { what, at, help, .. } = failure;
    [Some(what), at, help].into_iter().flatten().collect::<Vec<_>>().join("; ")
}

fn lost(failure: Failure) -> Trouble {
    let status = StatusCode::BAD_GATEWAY;
    Trouble::Lost(ApiError::new(status, "request_lost", said(failure)))
}

impl Node {
    /// The connection, or another one to the same chain if it broke.
    async fn chain(&self) -> Result<Arc<Chain>> {
        let mut held = self.chain.lock().await;
        if let Some(chain) = held.as_ref() {
            if chain.best_block().await.is_ok() {
                return Ok(chain.clone());
            }
        }
        *held = None;
        let chain = Arc::new(Chain::connect(&self.global.url, true).await?);
        let (own, found): (GenesisHash, _) = (self.asker.genesis, chain.genesis());
        if found != own {
            return Err(Failure::unavailable(format!(
                "the node is of chain {found} now, and was of {own}"
            ))
            .at(&self.global.url));
        }
        *held = Some(chain.clone());
        Ok(chain)
    }

    /// Follows a request to its end. One that is on chain is taken up again after the node was lost.
    async fn follow(&self, sent: &asking::Sent) -> Result<asking::Ended> {
        let mut left = AGAIN.0;
        loop {
            let followed = async {
                let chain = self.chain().await?;
                let request = sent.request;
                asking::follow(&chain, &self.signer, sent, |step| {
                    if let watch::Step::Delivery(brought) = step {
                        let brought = watch::delivered(brought);
                        self.out.note(format!("request {request}: {brought}"));
                    }
                })
                .await
            };
            match followed.await {
                Ok(Some(ended)) => return Ok(ended),
                Ok(None) => {
                    return Err(Failure::new(Exit::Incomplete, "the request has not ended yet")
                        .at(sent.request));
                }
                Err(failure) if failure.exit == Exit::Unavailable && left > 0 => {
                    left = left.saturating_sub(1);
                    tokio::time::sleep(AGAIN.1).await;
                }
                Err(failure) => return Err(failure.at(sent.request)),
            }
        }
    }
}

impl Backend for Node {
    fn asker(&self) -> Asker {
        self.asker
    }

    async fn models(&self) -> std::result::Result<Vec<Listed>, ApiError> {
        let all = async {
            let chain = self.chain().await?;
            let at = chain.at_final().await?;
            chain.models(&at).await
        };
        let all = all.await.map_err(refused)?;
        let listed = all.into_iter().filter(|(_, version)| version.status == ModelStatus::Active);
        Ok(listed
            .filter_map(|(id, version)| match version.artefact {
                Artefact::Text(model) => {
                    let modes = version.modes.iter().collect();
                    Some(Listed { id, model, owner: version.owner, modes })
                }
                Artefact::Circuit { .. } => None,
            })
            .collect())
    }

    async fn ask(
        &self,
        model: ModelId,
        asked: &OnChain,
        budget: &Budget,
    ) -> std::result::Result<(RequestId, Gathered), Trouble> {
        let context = Context { global: self.global.clone(), out: &self.out };
        let who = self.asker.account;
        let prepared = async {
            let chain = self.chain().await?;
            let payload = Payload::Text(asked.clone());
            let ready = asking::prepare(&context, &chain, who, model, payload, &self.terms).await?;
            Ok::<_, Failure>((chain, ready))
        };
        let (chain, ready) =
            prepared.await.map_err(|failure| Trouble::Refused(refused(failure)))?;
        if !budget.take(ready.cost) {
            let text = format!(
                "--spend-limit: {} are spent or on their way, and this may cost {}",
                amount(budget.spent()),
                amount(ready.cost)
            );
            let status = StatusCode::PAYMENT_REQUIRED;
            return Err(Trouble::Refused(ApiError::new(status, "spend_limit", text)));
        }
        // From here on the request may be on chain, whatever the node says: what it may cost stays
        // taken until a receipt says what it did cost.
        let sent = asking::send(&context, &chain, &self.signer, &ready).await.map_err(lost)?;
        let request = sent.request;
        self.out.note(format!("request {request} is final in block {}", sent.block));
        let ended = self.follow(&sent).await.map_err(lost)?;
        budget.give_back(ended.receipt.payment.released.min(ready.cost));
        let outcome = crate::print::words::outcome(ended.receipt.outcome);
        self.out.note(format!("request {request}: {outcome}, receipt {}", ended.id));
        let opening = sent.opening.map(|(opening, _)| opening);
        Ok((request, Gathered { bundle: ended.bundle, opening }))
    }

    async fn find(&self, request: RequestId) -> std::result::Result<Gathered, ApiError> {
        let context = Context { global: self.global.clone(), out: &self.out };
        let found = async {
            let chain = self.chain().await?;
            let at = chain.at_final().await?;
            let (id, receipt) = chain.find_receipt(&at, request.0).await?;
            let opening = context.opening(None, receipt.input)?;
            let bundle = chain.bundle(&at, id, receipt).await?;
            Ok::<_, Failure>(Gathered { bundle, opening })
        };
        found.await.map_err(|failure| match failure.exit {
            Exit::Unavailable => refused(failure),
            _ => ApiError::unknown(said(failure)),
        })
    }
}
