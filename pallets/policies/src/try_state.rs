//! What must hold of the state at any time.

use crate::{pallet::*, validation};
use frame_support::ensure;
use opg_primitives::mode::{Mode, ModeSet};
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
    /// Checks the pallet's state.
    ///
    /// # Errors
    /// What does not hold.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        Self::try_state_versions()?;
        Self::try_state_drafts()
    }

    fn try_state_versions() -> Result<(), TryRuntimeError> {
        let current = Current::<T>::get();
        let mut changes = 0usize;
        for (class, log) in Changes::<T>::iter() {
            ensure!(!log.is_empty(), "a class has no version");
            ensure!(
                log.iter().zip(log.iter().skip(1)).all(|(earlier, later)| earlier < later),
                "the versions of a class do not ascend"
            );
            ensure!(log.iter().all(|version| *version <= current), "a version is yet to come");
            for version in &log {
                let rules = RulesAt::<T>::get(&class, version).ok_or("a version has no rules")?;
                // Modes may be switched off later; what was accepted then stays what it was.
                ensure!(
                    validation::check_rules(&rules, rules.floor.modes).is_ok(),
                    "rules contradict themselves"
                );
            }
            changes = changes.saturating_add(log.len());
        }
        ensure!(RulesAt::<T>::iter_keys().count() == changes, "rules belong to no version");
        Ok(())
    }

    fn try_state_drafts() -> Result<(), TryRuntimeError> {
        let pending = Pending::<T>::get();
        ensure!(
            pending.iter().zip(pending.iter().skip(1)).all(|(one, next)| one.at < next.at),
            "two drafts wait for one block"
        );
        for enactment in &pending {
            let draft = Drafts::<T>::get(enactment.draft).ok_or("a waiting draft is not stored")?;
            ensure!(draft.enact_at == Some(enactment.at), "a draft waits for another block");
        }
        let mut waiting = 0usize;
        for (id, draft) in Drafts::<T>::iter() {
            ensure!(Self::draft_id(&draft.rules) == id, "a draft's id is not its hash");
            ensure!(
                validation::check(&draft.rules, ModeSet::of(&Mode::ALL)).is_ok(),
                "a stored draft contradicts itself"
            );
            waiting = waiting.saturating_add(usize::from(draft.enact_at.is_some()));
        }
        ensure!(waiting == pending.len(), "a draft waits outside the queue");
        Ok(())
    }
}
