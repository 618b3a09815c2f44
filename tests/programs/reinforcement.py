"""Policy gradients and Q-learning on environments that are written out here.

Needs: distributions.Categorical(probs), sample, log_prob, entropy, action.item, from_numpy(...)
.float().unsqueeze(0), F.softmax, torch.tensor(list), std, eps, stack, cat, sum, backward through
many steps, F.smooth_l1_loss, nn.Dropout, nn.SmoothL1Loss, gather(1, index), max(1).values,
unsqueeze, masks of bool, indexing with a mask, state_dict copied key by key, load_state_dict,
nn.utils.clip_grad_value_, optim.AdamW(amsgrad=True), torch.max(dim), view(1, 1), no_grad.
"""

import random
from collections import deque, namedtuple

import numpy as np

from .common import Outcome


class Corridor:
    """Five places in a row; the start is in the middle, the goal is at the right end."""

    size = 5

    def reset(self):
        self.place, self.time = 2, 0
        return self.state()

    def state(self):
        return np.eye(self.size, dtype=np.float32)[self.place]

    def step(self, action):
        self.place += 1 if action == 1 else -1
        self.time += 1
        done = self.place in (0, self.size - 1) or self.time >= 20
        reward = 1.0 if self.place == self.size - 1 else -0.1
        return self.state(), reward, done


def program_reinforce(torch):
    nn, F = torch.nn, torch.nn.functional
    Categorical = torch.distributions.Categorical
    gamma, eps = 0.95, np.finfo(np.float32).eps.item()

    class Policy(nn.Module):
        def __init__(self):
            super().__init__()
            self.affine1 = nn.Linear(Corridor.size, 16)
            self.dropout = nn.Dropout(p=0.1)
            self.affine2 = nn.Linear(16, 2)
            self.saved_log_probs = []
            self.rewards = []

        def forward(self, x):
            x = self.affine1(x)
            x = self.dropout(x)
            x = F.relu(x)
            action_scores = self.affine2(x)
            return F.softmax(action_scores, dim=1)

    env = Corridor()
    torch.manual_seed(543)
    policy = Policy()
    optimizer = torch.optim.Adam(policy.parameters(), lr=1e-2)

    def select_action(state):
        state = torch.from_numpy(state).float().unsqueeze(0)
        probs = policy(state)
        m = Categorical(probs)
        action = m.sample()
        policy.saved_log_probs.append(m.log_prob(action))
        return action.item()

    def finish_batch():
        policy_loss = []
        returns = deque()
        for rewards in policy.rewards[::-1]:
            R = 0
            for r in rewards[::-1]:
                R = r + gamma * R
                returns.appendleft(R)
        returns = torch.tensor(returns)
        returns = (returns - returns.mean()) / (returns.std() + eps)
        for log_prob, R in zip(policy.saved_log_probs, returns, strict=True):
            policy_loss.append(-log_prob * R)
        optimizer.zero_grad()
        policy_loss = torch.cat(policy_loss).sum()
        policy_loss.backward()
        optimizer.step()
        del policy.rewards[:]
        del policy.saved_log_probs[:]

    reached = []
    for episode in range(240):
        state, done = env.reset(), False
        policy.rewards.append([])
        while not done:
            state, reward, done = env.step(select_action(state))
            policy.rewards[-1].append(reward)
        reached.append(reward == 1.0)
        if episode % 8 == 7:
            finish_batch()
    return Outcome(learnt={"the goal, 9 times in 10": np.mean(reached[-50:]) >= 0.9})


def program_actor_critic(torch):
    """Two heads on one body; the episodes' actions come from NumPy, so the numbers can be equal."""
    nn, F = torch.nn, torch.nn.functional
    SavedAction = namedtuple("SavedAction", ["log_prob", "value"])

    class Policy(nn.Module):
        def __init__(self):
            super().__init__()
            self.affine1 = nn.Linear(Corridor.size, 16)
            self.action_head = nn.Linear(16, 2)
            self.value_head = nn.Linear(16, 1)
            self.saved_actions = []
            self.rewards = []

        def forward(self, x):
            x = F.relu(self.affine1(x))
            action_prob = F.softmax(self.action_head(x), dim=-1)
            state_values = self.value_head(x)
            return action_prob, state_values

    from .common import start_alike

    env, dice = Corridor(), np.random.default_rng(0)
    model = start_alike(torch, Policy())
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-2)
    losses, entropies, reached = [], [], []
    for _ in range(100):
        state, done = env.reset(), False
        while not done:
            probs, value = model(torch.from_numpy(state).float())
            m = torch.distributions.Categorical(probs)
            action = torch.tensor(int(dice.random() < probs[1].item()))
            model.saved_actions.append(SavedAction(m.log_prob(action), value))
            entropies.append(m.entropy().item())
            state, reward, done = env.step(action.item())
            model.rewards.append(reward)
        R, returns, policy_losses, value_losses = 0, [], [], []
        for r in model.rewards[::-1]:
            R = r + 0.95 * R
            returns.insert(0, R)
        for (log_prob, value), R in zip(model.saved_actions, returns, strict=True):
            advantage = R - value.item()
            policy_losses.append(-log_prob * advantage)
            value_losses.append(F.smooth_l1_loss(value, torch.tensor([R])))
        optimizer.zero_grad()
        loss = torch.stack(policy_losses).sum() + torch.stack(value_losses).sum()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        reached.append(reward == 1.0)
        del model.rewards[:]
        del model.saved_actions[:]
    return Outcome(
        # A rounding error may one day turn an action; the first episodes are the same for certain.
        same={"losses": losses[:30], "entropies": entropies[:30]},
        learnt={"the goal, 9 times in 10": np.mean(reached[-30:]) >= 0.9},
    )


def program_deep_q_learning(torch):
    nn, F = torch.nn, torch.nn.functional
    Transition = namedtuple("Transition", ("state", "action", "next_state", "reward"))

    class ReplayMemory:
        def __init__(self, capacity):
            self.memory = deque(maxlen=capacity)

        def push(self, *args):
            self.memory.append(Transition(*args))

        def sample(self, batch_size):
            return dice.sample(self.memory, batch_size)

        def __len__(self):
            return len(self.memory)

    class DQN(nn.Module):
        def __init__(self, n_observations, n_actions):
            super().__init__()
            self.layer1 = nn.Linear(n_observations, 32)
            self.layer2 = nn.Linear(32, n_actions)

        def forward(self, x):
            return self.layer2(F.relu(self.layer1(x)))

    dice = random.Random(0)
    torch.manual_seed(0)
    device, env = torch.device("cpu"), Corridor()
    policy_net, target_net = DQN(env.size, 2).to(device), DQN(env.size, 2).to(device)
    target_net.load_state_dict(policy_net.state_dict())
    optimizer = torch.optim.AdamW(policy_net.parameters(), lr=5e-3, amsgrad=True)
    memory, BATCH_SIZE, GAMMA, TAU = ReplayMemory(1000), 32, 0.95, 0.05

    def optimize_model():
        if len(memory) < BATCH_SIZE:
            return
        batch = Transition(*zip(*memory.sample(BATCH_SIZE), strict=True))
        non_final_mask = torch.tensor(
            tuple(s is not None for s in batch.next_state), device=device, dtype=torch.bool
        )
        non_final_next_states = torch.cat([s for s in batch.next_state if s is not None])
        state_batch = torch.cat(batch.state)
        action_batch = torch.cat(batch.action)
        reward_batch = torch.cat(batch.reward)
        state_action_values = policy_net(state_batch).gather(1, action_batch)
        next_state_values = torch.zeros(BATCH_SIZE, device=device)
        with torch.no_grad():
            next_state_values[non_final_mask] = target_net(non_final_next_states).max(1).values
        expected_state_action_values = (next_state_values * GAMMA) + reward_batch
        criterion = nn.SmoothL1Loss()
        loss = criterion(state_action_values, expected_state_action_values.unsqueeze(1))
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_value_(policy_net.parameters(), 100)
        optimizer.step()

    for episode in range(60):
        state = torch.tensor(env.reset(), dtype=torch.float32, device=device).unsqueeze(0)
        done = False
        while not done:
            if dice.random() > 0.9 * 0.95**episode:
                with torch.no_grad():
                    action = policy_net(state).max(1).indices.view(1, 1)
            else:
                action = torch.tensor([[dice.randrange(2)]], device=device, dtype=torch.long)
            observation, reward, done = env.step(action.item())
            reward = torch.tensor([reward], device=device)
            next_state = (
                None if done else torch.tensor(observation, dtype=torch.float32).unsqueeze(0)
            )
            memory.push(state, action, next_state, reward)
            state = next_state
            optimize_model()
            target_net_state_dict = target_net.state_dict()
            policy_net_state_dict = policy_net.state_dict()
            for key in policy_net_state_dict:
                target_net_state_dict[key] = policy_net_state_dict[
                    key
                ] * TAU + target_net_state_dict[key] * (1 - TAU)
            target_net.load_state_dict(target_net_state_dict)
    with torch.no_grad():
        greedy = policy_net(torch.eye(env.size)[1:-1]).argmax(1).tolist()
    return Outcome(learnt={"to the right everywhere": greedy == [1, 1, 1]})
