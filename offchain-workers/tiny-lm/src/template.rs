//! A conversation as one text.
//!
//! One line for each message, `role: content`, and then `assistant: `, after which the model writes:
//! `"user: What does a receipt say?\nassistant: "`.
//!
//! That is how it learned. It reads 24 bytes: `assistant: ` and the end of what came before.

/// Who said something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Instructions.
    System,
    /// Instructions, by their newer name.
    Developer,
    /// A person.
    User,
    /// The model.
    Assistant,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::System, Self::Developer, Self::User, Self::Assistant];

    /// Its name in OpenAI's shape and in the template.
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Developer => "developer",
            Self::User => "user",
            Self::Assistant => "assistant",
        }
    }
}

/// The prompt of a conversation.
pub fn render<'a>(messages: impl IntoIterator<Item = (Role, &'a str)>) -> String {
    let mut prompt = String::new();
    for (role, content) in messages {
        prompt.push_str(role.name());
        prompt.push_str(": ");
        prompt.push_str(content);
        prompt.push('\n');
    }
    prompt.push_str(Role::Assistant.name());
    prompt.push_str(": ");
    prompt
}
